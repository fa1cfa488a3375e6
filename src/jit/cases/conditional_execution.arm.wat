(module
  (type (;0;) (func (param i32 i32 i32) (result i32 i32)))
  (import "e" "m" (memory 65536 65536))
  (import "e" "go" (func $go (type 0)))
  (export "r0" (func $r0))

  (func $r0 (type 0) (param $fuel i32) (param $depth i32) (param $key i32) (result i32 i32)
    (local $r0 i32) (local $r4 i32) (local $r5 i32) (local $6 i32) (local $7 i32) (local $8 i32) (local $9 i32)
    (local $10 i32) (local $V i32) (local $C i32) (local $Z i32) (local $N i32)
    (if
      (i32.or
        (i32.xor (local.get $key) (i32.const 0x800c))
        (i32.shr_u (i32.or (local.get $fuel) (i32.sub (i32.const 0xea60) (local.get $depth))) (i32.const 31)))
      (then
        (if (i32.xor (local.get $key) (i32.const 0x800c))
          (then
            (i32.store offset=16 (i32.const 0) (i32.const 2))
          )
        )
        (return (local.get $key) (local.get $fuel))
      )
    )
    (block $block2
      (block $block3
        (local.set $r0 (i32.load offset=64 (i32.const 0)))
        (local.set $r4 (i32.load offset=80 (i32.const 0)))
        (local.set $r5 (i32.load offset=84 (i32.const 0)))
        (loop $loop4
          (if (local.tee $6 (i32.and (local.get $r4) (i32.const 1)))
            (then
            )
            (else
              (i32.store offset=4096 align=1
                (local.get $r5)
                (local.tee $7
                  (select (local.get $r0) (i32.add (local.get $r0) (i32.const 3)) (i32.eqz (local.get $6)))))
            )
          )
          (local.set $8 (select (local.get $r0) (i32.add (local.get $r0) (i32.const 3)) (i32.eqz (local.get $6))))
          (local.set $9 (i32.sub (local.get $r4) (i32.const 1)))
          (if (i32.eq (local.get $r4) (i32.const 1))
            (then
              (local.get $8)
              (local.get $9)
              (i32.shr_u (local.tee $10 (i32.sub (local.get $r4) (i32.const 1))) (i32.const 31))
              (i32.eq (local.get $r4) (i32.const 1))
              (i32.le_u (i32.const 1) (local.get $r4))
              (local.set $V
                (i32.shr_u
                  (i32.and (i32.xor (local.get $r4) (i32.const 1)) (i32.xor (local.get $r4) (local.get $10)))
                  (i32.const 31)))
              (local.set $C)
              (local.set $Z)
              (local.set $N)
              (local.set $r4)
              (local.set $r0)
              (local.set $fuel (i32.sub (local.get $fuel) (i32.const 5)))
              (local.set $key (i32.const 0x8020))
              (br $block2)
            )
            (else
              (local.get $8)
              (local.set $r4 (local.get $9))
              (local.set $r0)
              (local.set $fuel (i32.sub (local.get $fuel) (i32.const 5)))
              (br_if $loop4 (i32.ge_s (local.get $fuel) (i32.const 0)))
              (local.set $key (i32.const 0x800c))
              (br $block3)
            )
          )
          (unreachable)
        )
        (unreachable)
        (unreachable)
      )
      (i32.store offset=64 (i32.const 0) (local.get $r0))
      (i32.store offset=80 (i32.const 0) (local.get $r4))
      (return (local.get $key) (local.get $fuel))
    )
    (i32.store offset=64 (i32.const 0) (local.get $r0))
    (i32.store offset=80 (i32.const 0) (local.get $r4))
    (i32.store offset=128 (i32.const 0) (local.get $N))
    (i32.store offset=132 (i32.const 0) (local.get $Z))
    (i32.store offset=136 (i32.const 0) (local.get $C))
    (i32.store offset=140 (i32.const 0) (local.get $V))
    (return_call $go (local.get $fuel) (local.get $depth) (local.get $key))
    (unreachable)
  )
)
