@ kuser: the helpers Linux keeps at the top of an ARM process: get_tls (0xffff0fe0) after set_tls (svc 0, r7 = 0xf0005),
@ cmpxchg (0xffff0fc0), memory barrier (0xffff0fa0), version (0xffff0ffc). C libraries for ARMv5 call these. No C library.
@ Exits with 0, or the number of the step that failed.
        .file   "kuser.S"
        .syntax unified
        .arm
        .globl  _start
_start: mov     r9, #1                  @ step 1: what set_tls stored, get_tls returns
        ldr     r0, =0x1234abcd
        ldr     r7, =0xf0005
        svc     0
        mov     r0, #0
        ldr     r3, =0xffff0fe0
        blx     r3
        ldr     r4, =0x1234abcd
        cmp     r0, r4
        bne     leave
        mov     r9, #2                  @ step 2: cmpxchg stores when the old value matches, returns 0 and sets C
        mov     r0, #5
        mov     r1, #6
        ldr     r2, =cell
        ldr     r3, =0xffff0fc0
        blx     r3
        bcc     leave
        cmp     r0, #0
        ldreq   r2, =cell
        ldreq   r4, [r2]
        cmpeq   r4, #6
        bne     leave
        mov     r9, #3                  @ step 3: and changes nothing otherwise
        mov     r0, #5
        mov     r1, #7
        ldr     r2, =cell
        ldr     r3, =0xffff0fc0
        blx     r3
        cmp     r0, #0
        beq     leave
        ldr     r2, =cell
        ldr     r4, [r2]
        cmp     r4, #6
        bne     leave
        mov     r9, #4                  @ step 4: the barrier returns
        ldr     r3, =0xffff0fa0
        blx     r3
        mov     r9, #5                  @ step 5: at least version 3
        ldr     r3, =0xffff0ffc
        ldr     r0, [r3]
        cmp     r0, #3
        blt     leave
        mov     r0, #1
        ldr     r1, =good
        mov     r2, #3
        mov     r7, #4
        svc     0
        mov     r9, #0
leave:  mov     r0, r9
        mov     r7, #1
        svc     0
        .ltorg
        .section .rodata
good:   .ascii  "ok\n"
        .data
        .align  2
cell:   .word   5
