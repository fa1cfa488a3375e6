# Start of a newlib program as a Linux o32 process: argc, argv and environment from the initial stack, constructors,
# main, exit.
        .set    noreorder
        .globl  __start
        .ent    __start
__start:
        lui     $gp, %hi(_gp)
        addiu   $gp, $gp, %lo(_gp)
        lw      $16, 0($sp)             # argc
        addiu   $17, $sp, 4             # argv
        sll     $18, $16, 2
        addu    $18, $18, $17
        addiu   $18, $18, 4             # environment
        lui     $2, %hi(environ)
        sw      $18, %lo(environ)($2)
        li      $2, -16
        and     $sp, $sp, $2
        addiu   $sp, $sp, -32
        move    $31, $0
        jal     __libc_init_array
        nop
        move    $4, $16
        move    $5, $17
        jal     main
        move    $6, $18
        jal     exit
        move    $4, $2
        .end    __start
