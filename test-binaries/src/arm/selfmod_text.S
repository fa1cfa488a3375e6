@ selfmod_text: a program whose own text is writable (a section with flags awx) changes an instruction of its inner loop, flushes
@ with svc 0x9f0002 and goes on; no C library. 1000 turns; prints "ok" and exits 0, or exits 1.
        .file   "selfmod_text.S"
        .syntax unified
        .arm
        .section .code, "awx", %progbits
        .globl _start
_start: mov     r8, #1000
        mov     r9, #0                  @ what the total must be
        mov     r10, #0
turn:   and     r3, r8, #0xff
        add     r9, r9, r3
        ldr     r4, =0xe28aa000         @ add r10, r10, #0
        orr     r4, r4, r3
        adr     r0, slot
        str     r4, [r0]
        add     r1, r0, #4
        mov     r2, #0
        svc     0x9f0002
slot:   add     r10, r10, #1            @ rewritten every turn
        subs    r8, r8, #1
        bne     turn
        cmp     r9, r10
        movne   r0, #1
        bne     leave
        mov     r0, #1
        adr     r1, good
        mov     r2, #3
        svc     0x900004
        mov     r0, #0
leave:  svc     0x900001
good:   .ascii  "ok\n\0"
        .ltorg
