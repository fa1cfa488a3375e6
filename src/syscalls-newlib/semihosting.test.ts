import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BRK, DATA, STACK_TOP, type TestMachine, test_machine } from '../../test/support/machine.js';
import { GuestExit, GuestFault } from '../machine/fault.js';
import { R, W } from '../machine/memory.js';

// Operation numbers and meanings: "Semihosting for AArch32 and AArch64", chapter 7.
const SYS = {
  OPEN: 1,
  CLOSE: 2,
  WRITEC: 3,
  WRITE0: 4,
  WRITE: 5,
  READ: 6,
  READC: 7,
  ISERROR: 8,
  ISTTY: 9,
  SEEK: 0x0a,
  FLEN: 0x0c,
  TMPNAM: 0x0d,
  REMOVE: 0x0e,
  RENAME: 0x0f,
  CLOCK: 0x10,
  TIME: 0x11,
  SYSTEM: 0x12,
  ERRNO: 0x13,
  GET_CMDLINE: 0x15,
  HEAPINFO: 0x16,
  EXIT: 0x18,
  EXIT_EXTENDED: 0x20,
  ELAPSED: 0x30,
  TICKFREQ: 0x31,
};
const ADP_STOPPED_APPLICATION_EXIT = 0x20026;
const ADP_STOPPED_RUN_TIME_ERROR = 0x20023;

let m: TestMachine;
beforeEach(() => {
  m = test_machine({ stdin: 'in' });
});
afterEach(() => m.cleanup());

const open = (name: string, mode: number) => m.semihost(SYS.OPEN, m.text(name), mode, name.length);
const host_path = (name: string) => join(m.directory, name);
const status_of = (action: () => unknown): number => {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(GuestExit);
    return (error as GuestExit).status;
  }
  throw new Error('the program did not end');
};

describe('files', () => {
  test('are written, measured, sought and read; results count what was not moved', () => {
    const output = open('f', 4);
    expect(output).toBeGreaterThan(0);
    m.text('0123456789', 100);
    expect(m.semihost(SYS.WRITE, output, DATA + 100, 10)).toBe(0);
    expect(m.semihost(SYS.FLEN, output)).toBe(10);
    expect(m.semihost(SYS.ISTTY, output)).toBe(0);
    expect(m.semihost(SYS.CLOSE, output)).toBe(0);
    expect(m.semihost(SYS.CLOSE, output)).toBe(-1);
    const input = open('f', 0);
    expect(m.semihost(SYS.SEEK, input, 7)).toBe(0);
    expect(m.semihost(SYS.READ, input, DATA, 8)).toBe(5);
    expect(m.get_text(0, 3)).toBe('789');
    expect(m.semihost(SYS.READ, input, DATA, 8)).toBe(8);
  });

  test.each([
    [0, 'r', 'old', true, false],
    [2, 'r+', 'Xld', true, true],
    [4, 'w', 'X', false, true],
    [6, 'w+', 'X', true, true],
    [8, 'a', 'oldX', false, true],
    [10, 'a+', 'oldX', true, true],
  ])('mode %i is fopen’s "%s"', (mode, _name, after, readable, writable) => {
    for (const binary of [0, 1]) {
      writeFileSync(host_path('f'), 'old');
      const handle = open('f', mode + binary);
      m.text('X', 100);
      expect(m.semihost(SYS.WRITE, handle, DATA + 100, 1)).toBe(writable ? 0 : 1);
      m.semihost(SYS.SEEK, handle, 0);
      expect(m.semihost(SYS.READ, handle, DATA, 1)).toBe(readable ? 0 : 1);
      expect(readFileSync(host_path('f'), 'utf8')).toBe(after);
    }
  });

  test('are renamed and removed; errors are -1 with a number of newlib', () => {
    writeFileSync(host_path('a'), '');
    m.text('a', 0);
    m.text('b', 50);
    expect(m.semihost(SYS.RENAME, DATA, 1, DATA + 50, 1)).toBe(0);
    expect(existsSync(host_path('b'))).toBe(true);
    expect(m.semihost(SYS.REMOVE, DATA + 50, 1)).toBe(0);
    expect(m.semihost(SYS.REMOVE, DATA + 50, 1)).toBe(-1);
    expect(m.trap(0x123456, [SYS.ERRNO, 0])).toBe(2);
    expect(open('x'.repeat(300), 0)).toBe(-1);
    expect(m.trap(0x123456, [SYS.ERRNO, 0])).toBe(91); // newlib's ENAMETOOLONG
  });

  test(':tt is standard input, output and error by its mode', () => {
    const [input, output, errors] = [open(':tt', 0), open(':tt', 4), open(':tt', 8)];
    m.text('text', 100);
    m.semihost(SYS.WRITE, output, DATA + 100, 4);
    m.semihost(SYS.WRITE, errors, DATA + 100, 2);
    expect([m.stdout.text, m.stderr.text]).toEqual(['text', 'te']);
    expect(m.semihost(SYS.READ, input, DATA, 10)).toBe(8);
    expect(m.trap(0x123456, [SYS.READC, 0])).toBe(-1);
  });

  test(':semihosting-features promises SYS_EXIT_EXTENDED', () => {
    const handle = open(':semihosting-features', 1);
    expect(m.semihost(SYS.FLEN, handle)).toBe(5);
    expect(m.semihost(SYS.READ, handle, DATA, 5)).toBe(0);
    expect([...m.memory.bytes(DATA, 5)]).toEqual([0x53, 0x48, 0x46, 0x42, 3]);
  });

  test('stay below the granted directory', () => {
    expect(open('../../etc/passwd', 0)).toBe(-1);
    expect(open('/etc/passwd', 0)).toBe(-1);
    expect(open('../made', 4)).toBe(-1);
  });
});

describe('the rest', () => {
  test('the console takes characters and strings, Thumb’s svc 0xab asks the same', () => {
    m.text('string', 0);
    m.trap(0x123456, [SYS.WRITE0, DATA]);
    m.set_register('T', 1);
    m.trap(0xab, [SYS.WRITEC, DATA]);
    expect(m.stderr.text).toBe('strings');
    expect(m.trap(0xab, [SYS.READC, 0])).toBe(105);
  });

  test('the command line is the arguments, joined by spaces', () => {
    expect(m.semihost(SYS.GET_CMDLINE, DATA, 100)).toBe(0);
    expect(m.get_text(0, 9)).toBe('prog arg\0');
    expect(m.get_32(0x1004)).toBe(8);
    expect(m.semihost(SYS.GET_CMDLINE, DATA, 8)).toBe(-1);
  });

  test('heap and stack are told and mapped', () => {
    m.semihost(SYS.HEAPINFO, DATA);
    const [heap, heap_end, stack, stack_end] = [0, 4, 8, 12].map((offset) => m.get_32(offset));
    expect(heap).toBe(BRK);
    expect(m.memory.allows(heap, heap_end - heap, R | W)).toBe(true);
    expect(heap_end).toBeGreaterThan(heap);
    expect([stack, stack_end]).toEqual([STACK_TOP, STACK_TOP - 0x4000]);
  });

  test('exits: a status with SYS_EXIT_EXTENDED, success or 1 with SYS_EXIT', () => {
    expect(status_of(() => m.trap(0x123456, [SYS.EXIT, ADP_STOPPED_APPLICATION_EXIT]))).toBe(0);
    expect(status_of(() => m.trap(0x123456, [SYS.EXIT, ADP_STOPPED_RUN_TIME_ERROR]))).toBe(1);
    expect(status_of(() => m.semihost(SYS.EXIT_EXTENDED, ADP_STOPPED_APPLICATION_EXIT, 42))).toBe(42);
    expect(status_of(() => m.semihost(SYS.EXIT_EXTENDED, ADP_STOPPED_APPLICATION_EXIT, 0x1ff))).toBe(255);
    expect(status_of(() => m.semihost(SYS.EXIT_EXTENDED, ADP_STOPPED_RUN_TIME_ERROR, 0))).toBe(1);
  });

  test('clocks: hundredths since the start, seconds since 1970, ticks of a told frequency', () => {
    expect(m.trap(0x123456, [SYS.CLOCK, 0])).toBeLessThan(1000);
    expect(Math.abs(m.trap(0x123456, [SYS.TIME, 0]) - Date.now() / 1000)).toBeLessThan(3);
    const frequency = m.trap(0x123456, [SYS.TICKFREQ, 0]);
    expect(m.trap(0x123456, [SYS.ELAPSED, DATA])).toBe(0);
    const first = m.get_64(0);
    m.host.clock.sleep_ns(20_000_000n);
    m.trap(0x123456, [SYS.ELAPSED, DATA]);
    const seconds = Number(m.get_64(0) - first) / frequency;
    expect(seconds).toBeGreaterThan(0.019);
    expect(seconds).toBeLessThan(5);
  });

  test('temporary names differ by their identifier, errors are told from results, commands are refused', () => {
    expect(m.semihost(SYS.TMPNAM, DATA, 1, 100)).toBe(0);
    const first = m.get_text(0, 40).split('\0')[0];
    m.semihost(SYS.TMPNAM, DATA, 2, 100);
    expect(m.get_text(0, 40).split('\0')[0]).not.toBe(first);
    expect(m.semihost(SYS.TMPNAM, DATA, 1, 3)).toBe(-1);
    expect([m.semihost(SYS.ISERROR, -1), m.semihost(SYS.ISERROR, 5)]).toEqual([1, 0]);
    expect(m.semihost(SYS.SYSTEM, m.text('true'), 4)).toBe(-1);
    expect(m.trap(0x123456, [0x99, 0])).toBe(-1);
  });

  test('no argument whatever raises anything but an exit or a fault', () => {
    const values = [0, 1, 5, 0xffffffff, 0x7fffffff, DATA, DATA + 0x1ffe, 0xfffffff0];
    for (let operation = 0; operation < 0x40; operation++)
      for (const argument of values)
        for (const word of values) {
          m.put_32(0, word);
          m.put_32(4, word);
          m.put_32(8, word);
          try {
            m.trap(0x123456, [operation, argument]);
          } catch (error) {
            if (!(error instanceof GuestExit) && !(error instanceof GuestFault))
              throw new Error(`operation ${operation}`, { cause: error });
          }
        }
  });

  test('operations leave a line each', () => {
    open('none', 0);
    expect(m.trace).toEqual(['SYS_OPEN("none", 0) = -ENOENT']);
  });
});
