@ eabi_hello: the smallest program: EABI system calls (number in r7, svc 0) in plain assembly, no C library.
@ Reads argv[1] from the initial stack, greets it and exits with status 7.
        .file   "eabi_hello.S"
        .syntax unified
        .arm
        .globl _start
_start: ldr     r4, [sp]                @ argc
        ldr     r1, =greeting
        mov     r2, #7
        bl      write
        cmp     r4, #1
        ldrhi   r1, [sp, #8]            @ argv[1]
        ldrls   r1, =nobody
        mov     r2, #0
1:      ldrb    r3, [r1, r2]
        cmp     r3, #0
        addne   r2, r2, #1
        bne     1b
        bl      write
        ldr     r1, =end
        mov     r2, #2
        bl      write
        mov     r0, #7
        mov     r7, #1                  @ exit
        svc     0

write:  mov     r0, #1
        mov     r7, #4
        svc     0
        bx      lr
        .ltorg
        .section .rodata
greeting: .ascii "Hello, "
nobody:   .asciz "assembly"
end:      .ascii "!\n"
