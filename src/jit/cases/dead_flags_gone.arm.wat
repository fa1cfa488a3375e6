(module
  (type (;0;) (func (param i32 i32 i32) (result i32 i32)))
  (import "e" "m" (memory 65536 65536))
  (import "e" "go" (func $go (type 0)))
  (export "r0" (func $r0))

  (func $r0 (type 0) (param $fuel i32) (param $depth i32) (param $key i32) (result i32 i32)
    (local $r0 i32) (local $r1 i32) (local $5 i32) (local $V i32) (local $C i32) (local $Z i32) (local $N i32)
    (if (i32.lt_s (i32.or (local.get $fuel) (i32.sub (i32.const 0xea60) (local.get $depth))) (i32.const 0))
      (then
        (return (local.get $key) (local.get $fuel))
      )
    )
    (block $block1
      (block $block2
        (if (i32.eq (local.get $key) (i32.const 0x8008))
          (then
            (local.set $r0 (i32.load offset=64 (i32.const 0)))
            (local.set $r1 (i32.load offset=68 (i32.const 0)))
            (loop $loop4
              (block $block5
                (local.set $fuel (i32.sub (local.get $fuel) (i32.const 4)))
                (i32.eqz (i32.eqz (i32.and (local.get $r1) (i32.const 3))))
                (local.set $r0
                  (select
                    (local.tee $5 (i32.add (local.get $r0) (local.get $r1)))
                    (i32.add (local.get $5) (i32.const 7))
                    (i32.le_s (i32.const 0) (i32.add (local.get $r0) (local.get $r1)))))
                (if
                  (then
                    (local.set $fuel (i32.sub (local.get $fuel) (i32.const 1)))
                    (local.set $r0 (i32.add (local.get $r0) (i32.const 1)))
                    (br $block5)
                  )
                  (else
                    (br $block5)
                  )
                )
                (unreachable)
              )
              (local.set $fuel (i32.sub (local.get $fuel) (i32.const 2)))
              (i32.eq (local.get $r1) (i32.const 1))
              (i32.sub (local.get $r1) (i32.const 1))
              (i32.shr_u (local.tee $5 (i32.sub (local.get $r1) (i32.const 1))) (i32.const 31))
              (i32.eq (local.get $r1) (i32.const 1))
              (i32.le_u (i32.const 1) (local.get $r1))
              (local.set $V
                (i32.shr_u
                  (i32.and (i32.xor (local.get $r1) (i32.const 1)) (i32.xor (local.get $r1) (local.get $5)))
                  (i32.const 31)))
              (local.set $C)
              (local.set $Z)
              (local.set $N)
              (local.set $r1)
              (if
                (then
                  (local.set $key (i32.const 0x8024))
                  (br $block1)
                )
                (else
                  (br_if $loop4 (i32.ge_s (local.get $fuel) (i32.const 0)))
                  (local.set $key (i32.const 0x8008))
                  (br $block2)
                )
              )
              (unreachable)
            )
            (unreachable)
          )
        )
        (i32.store offset=16 (i32.const 0) (i32.const 2))
        (return (local.get $key) (local.get $fuel))
        (unreachable)
      )
      (i32.store offset=64 (i32.const 0) (local.get $r0))
      (i32.store offset=68 (i32.const 0) (local.get $r1))
      (i32.store offset=128 (i32.const 0) (local.get $N))
      (i32.store offset=132 (i32.const 0) (local.get $Z))
      (i32.store offset=136 (i32.const 0) (local.get $C))
      (i32.store offset=140 (i32.const 0) (local.get $V))
      (return (local.get $key) (local.get $fuel))
    )
    (i32.store offset=64 (i32.const 0) (local.get $r0))
    (i32.store offset=68 (i32.const 0) (local.get $r1))
    (i32.store offset=128 (i32.const 0) (local.get $N))
    (i32.store offset=132 (i32.const 0) (local.get $Z))
    (i32.store offset=136 (i32.const 0) (local.get $C))
    (i32.store offset=140 (i32.const 0) (local.get $V))
    (return_call $go (local.get $fuel) (local.get $depth) (local.get $key))
    (unreachable)
  )
)
