(module
  (type (;0;) (func (param i32 i32 i32) (result i32 i32)))
  (import "e" "m" (memory 65536 65536))
  (import "e" "go" (func $go (type 0)))
  (export "r0" (func $r0))

  (func $r0 (type 0) (param $fuel i32) (param $depth i32) (param $key i32) (result i32 i32)
    (local $v0 i32) (local $a0 i32) (local $5 i32) (local $at i32)
    (if
      (i32.or
        (i32.xor (local.get $key) (i32.const 0x8008))
        (i32.shr_u (i32.or (local.get $fuel) (i32.sub (i32.const 0xea60) (local.get $depth))) (i32.const 31)))
      (then
        (if (i32.xor (local.get $key) (i32.const 0x8008))
          (then
            (i32.store offset=16 (i32.const 0) (i32.const 2))
          )
        )
        (return (local.get $key) (local.get $fuel))
      )
    )
    (block $block2
      (block $block3
        (local.set $v0 (i32.load offset=72 (i32.const 0)))
        (local.set $a0 (i32.load offset=80 (i32.const 0)))
        (loop $loop4
          (local.set $5 (i32.add (local.get $v0) (i32.const 1)))
          (if (i32.lt_s (local.get $v0) (local.get $a0))
            (then
              (local.set $v0 (local.get $5))
              (local.set $fuel (i32.sub (local.get $fuel) (i32.const 3)))
              (br_if $loop4 (i32.ge_s (local.get $fuel) (i32.const 0)))
              (local.set $key (i32.const 0x8008))
              (br $block2)
            )
            (else
              (i32.lt_s (local.get $v0) (local.get $a0))
              (local.set $v0 (local.get $5))
              (local.set $at)
              (local.set $fuel (i32.sub (local.get $fuel) (i32.const 3)))
              (local.set $key (i32.const 0x8014))
              (br $block3)
            )
          )
          (unreachable)
        )
        (unreachable)
        (unreachable)
      )
      (i32.store offset=68 (i32.const 0) (local.get $at))
      (i32.store offset=72 (i32.const 0) (local.get $v0))
      (return_call $go (local.get $fuel) (local.get $depth) (local.get $key))
    )
    (i32.store offset=72 (i32.const 0) (local.get $v0))
    (return (local.get $key) (local.get $fuel))
    (unreachable)
  )
)
