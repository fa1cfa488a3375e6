// `pydgin-ts run`: a program from its ELF file to its exit status, with whatever its user wants to see of it.
// It runs in slices of some milliseconds, so that signals are noticed between them.

import { node_host } from '../host/node.js';
import type { Interpreter } from '../interp/interpreter.js';
import { JIT_DEFAULTS } from '../jit/trace/options.js';
import { type JitStatistics, no_statistics } from '../jit/trace/statistics.js';
import { load_isa } from '../load-isa/index.js';
import { LoadedMachine, type Outcome } from '../loaded-machine.js';
import { now_ms } from '../machine/clock.js';
import type { InstructionTrace } from '../observe/instruction-trace.js';
import type { JitFigures, RunStatistics } from '../observe/statistics.js';
import { type TraceRequest, watches_instructions } from '../observe/trace-flags.js';
import { DescriptionFailed, EXIT, UsageError } from './errors.js';
import { about_file, read_program } from './files.js';
import { Interrupts, watched_host } from './interrupts.js';
import type { CacheRequest } from './jit-cache.js';
import { OTHER_DEFAULTS } from './jit-settings.js';
import { alarming, BufferedOutput, write_error } from './terminal.js';
import type { JitRequest, Settings } from './values.js';

export interface RunOptions {
  env?: string[];
  /** Granted directories; undefined for the default. */
  directories?: string[];
  stackSize?: number;
  syscalls?: 'newlib' | 'qemu';
  maxInsts?: number;
  memcheck?: boolean;
  /** Reads the JIT's settings, given the defaults, which hold without it. */
  jit?(defaults: Settings): JitRequest;
  /** A folder, or none at all; undefined for the user's own. */
  jitCache?: string | false;
  precompiled?: string;
  debug?: TraceRequest;
  stats?: 'text' | 'json';
  statsFile?: string;
}

/** How a run ended, or that a signal ended it. */
type End = Outcome | { kind: 'signal'; signal: 'SIGINT' | 'SIGTERM' };

/** A slice of the run shall take this long: a signal is noticed in that time, and a turn of the event loop costs nothing. */
const SLICE_MS = 20;
/** Instructions in the first slice, when nothing is known of the speed. */
const FIRST_SLICE = 200_000;
/**
 * The JIT starts after so many instructions, if nothing gets hot before. Starting it takes longer than hello world runs; later, V8 would
 * begin to optimise the interpreter.
 */
const JIT_AFTER = 3_000;
const FIRST_TRACED_SLICE = 2_000;

/** Returns the exit status. */
export async function run(isa_name: string, path: string, args: string[], options: RunOptions): Promise<number> {
  const elf = read_program(path);
  const loaded = await load_isa(isa_name);
  const { debug } = options;
  const { off, settings } = options.jit?.({ ...JIT_DEFAULTS, ...OTHER_DEFAULTS }) ?? { off: false, settings: {} };
  const { smc, dump, ...jit } = settings as Partial<typeof JIT_DEFAULTS & { smc: 'announced' | 'all'; dump: string }>;
  const report_to = await open_statistics(options);

  const trace_output = new BufferedOutput(write_error);
  const optimiser = jit.tiers === 2 && !off ? (await import('./optimiser.js')).optimiser_thread() : undefined;
  const interrupts = new Interrupts();
  const host = watched_host(make_host(options), interrupts, () => trace_output.flush());
  let trace: InstructionTrace | undefined;
  const sim: LoadedMachine = about_file(
    path,
    () =>
      new LoadedMachine(loaded, elf, {
        argv: [path, ...args],
        env: options.env,
        host,
        stack_size: options.stackSize,
        memcheck: options.memcheck || debug?.flags.has('memcheck'),
        jit: off ? false : jit,
        smc,
        optimiser,
        syscalls: options.syscalls,
        trace_syscall: debug?.flags.has('syscalls')
          ? (line) => {
              if (sim.executed < debug.start) return;
              if (trace) trace.line(line);
              else trace_output.write(`${line}\n`);
            }
          : undefined,
      }),
  );
  let finish_jit = () => {};
  const start_jit = async () => {
    const cache = cache_request(options, Object.keys(settings).length > 0);
    const files = { dump, cache, precompiled: options.precompiled };
    finish_jit = await (await import('./jit.js')).start_jit(sim, elf, files);
  };
  // What has to do with files, its user wants to hear of before the program runs.
  if (dump || options.jitCache || options.precompiled) await start_jit();
  const where = (address: number) => place(sim, address);
  const run_some = async (count: number): Promise<Outcome> => {
    if (sim.waits_for_jit) {
      const outcome = sim.run_until_hot(Math.min(count, JIT_AFTER - sim.executed));
      const is_short = outcome.kind === 'limit' && sim.executed < JIT_AFTER;
      if (is_short || (outcome.kind !== 'limit' && outcome.kind !== 'hot')) return outcome;
      await start_jit();
      return { kind: 'limit' };
    }
    // A program that is still running has blocks.
    if (off && sim.executed > 0) (await import('./v8.js')).prepare_for_blocks();
    return sim.run(count);
  };

  // A run without --debug listens after its first slice (run_slices): most of a short program's time would go into it.
  if (debug) interrupts.arm();
  if (debug?.flags.has('bootstrap')) write_error(await bootstrap(sim));
  const limit = options.maxInsts ?? Number.MAX_SAFE_INTEGER;
  const began = now_ms();
  let end: End;
  try {
    if (debug && watches_instructions(debug)) {
      const start = Math.min(debug.start, limit);
      end = await run_slices(start, FIRST_SLICE, sim, interrupts, run_some);
      if (end.kind === 'limit' && start < limit) {
        const observer = await make_trace(sim, debug, (text) => trace_output.write(text));
        trace = observer;
        trace.attach();
        end = await run_slices(limit, FIRST_TRACED_SLICE, sim, interrupts, (count) => {
          const outcome = sim.run_observed(count, observer);
          trace_output.flush();
          return outcome;
        });
        trace.detach();
      }
    } else end = await run_slices(limit, FIRST_SLICE, sim, interrupts, run_some);
  } catch (error) {
    trace_output.flush();
    throw await blame(error, sim, isa_name);
  } finally {
    interrupts.disarm();
  }
  const seconds = (now_ms() - began) / 1000;
  trace_output.flush();
  // Who has pressed Ctrl-C wants to be asked for nothing more: keeping code takes a tenth of a second.
  if (end.kind !== 'signal') finish_jit();

  const status = await conclude(end, sim, where);
  if (report_to || debug?.flags.has('jit')) {
    const text = await import('../observe/statistics.js');
    const statistics = measure(sim, path, end, status, seconds);
    if (debug?.flags.has('jit')) write_error(text.jit_text(statistics));
    report_to?.(options.stats === 'json' ? text.statistics_json(statistics) : text.statistics_text(statistics));
  }
  return status;
}

/** Who sets parameters of the JIT or brings compiled code wants to see what comes of it: then only a folder that is named is used. */
function cache_request({ jitCache, directories, precompiled }: RunOptions, tuned: boolean): CacheRequest | undefined {
  if (jitCache === false || (jitCache === undefined && (tuned || precompiled !== undefined))) return undefined;
  const granted = (directories ?? ['.']).map((directory) => directory.split('::')[0]);
  return { folder: jitCache, granted };
}

/** Runs up to `limit` instructions in all. */
async function run_slices(
  limit: number,
  first: number,
  sim: LoadedMachine,
  interrupts: Interrupts,
  run: (count: number) => Outcome | Promise<Outcome>,
): Promise<End> {
  let slice = first;
  while (sim.executed < limit) {
    const before = now_ms();
    const outcome = await run(Math.min(slice, limit - sim.executed));
    if (outcome.kind !== 'limit') return outcome;
    interrupts.arm();
    const took = Math.max(now_ms() - before, 0.1);
    slice = Math.max(1000, Math.round(slice * Math.min(SLICE_MS / took, 4)));
    await new Promise((resolve) => setImmediate(resolve));
    if (interrupts.signal) return { kind: 'signal', signal: interrupts.signal };
  }
  return { kind: 'limit' };
}

function make_host({ directories }: RunOptions) {
  try {
    return node_host({ directories, scratch: directories?.length === 0 ? undefined : '/tmp' });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Tells of the end, where there is more to tell than the status. Returns the exit status. */
async function conclude(end: End, sim: LoadedMachine, where: (address: number) => string): Promise<number> {
  switch (end.kind) {
    case 'exit':
      return end.status;
    case 'limit':
      write_error(`pydgin-ts: stopped after ${sim.executed} instructions (--max-insts) at ${where(sim.pc)}\n`);
      return EXIT.LIMIT;
    case 'signal': {
      const how = end.signal === 'SIGINT' ? 'interrupted' : 'terminated';
      write_error(`pydgin-ts: ${how} after ${sim.executed} instructions at ${where(sim.pc)}\n`);
      return end.signal === 'SIGINT' ? EXIT.INTERRUPTED : EXIT.TERMINATED;
    }
    case 'fault': {
      const { describe_fault } = await import('./fault.js');
      const { text, status } = describe_fault(sim, end.fault, alarming);
      write_error(`pydgin-ts: ${text}`);
      return status;
    }
  }
}

/** An exception that is neither the program's end nor its fault: whose is it? */
async function blame(error: unknown, sim: LoadedMachine, isa_name: string): Promise<unknown> {
  if (error instanceof UsageError || (error as Error).name === 'OutputClosed') return error;
  const { describe_instruction } = await import('./fault.js');
  const at = `while executing ${describe_instruction(sim)}, after ${sim.executed} instructions`;
  const { places } = sim.loaded;
  if (places) {
    const frames = places
      .trace(error)
      .map(({ name, path, line, column }) => `\n    at ${name} (${path}:${line}:${column})`);
    return new DescriptionFailed(`${isa_name} failed ${at}:\n${String(error)}${frames.join('')}`);
  }
  write_error(`pydgin-ts failed ${at}\n`);
  return error;
}

async function make_trace(
  sim: LoadedMachine,
  debug: TraceRequest,
  write: (text: string) => void,
): Promise<InstructionTrace> {
  const { InstructionTrace } = await import('../observe/instruction-trace.js');
  const { Disassembler, with_symbols } = await import('../disassembly.js');
  const disassembler = new Disassembler(sim.loaded.isa, sim.factory);
  const symbol = with_symbols(sim.program.symbols);
  const subject = {
    isa: sim.loaded.isa,
    layout: sim.layout,
    slots: sim.memory.u32.subarray(0, sim.layout.end),
    state: sim.state,
    executed: () => sim.executed,
    disassemble: (inst: ReturnType<Interpreter['decode']>) => disassembler.text_or_name(inst, symbol),
    write,
  };
  return new InstructionTrace(subject, debug.flags);
}

async function bootstrap(sim: LoadedMachine): Promise<string> {
  const { bootstrap_text } = await import('../observe/bootstrap.js');
  const { program, image, memory, layout } = sim;
  const { heap, mmap, stack } = program.address_space;
  return bootstrap_text({
    entry: program.entry,
    entry_name: program.symbols.name_at(sim.pc),
    segments: image.segments
      .filter(({ type }) => type === 'LOAD')
      .map((segment) => ({ ...segment, address: segment.address + program.bias })),
    ranges: { heap, stack, mmap },
    stack_pointer: sim.register(sim.loaded.isa.abi.stack_pointer),
    little: program.endianness === 'little',
    memory,
    layout,
  });
}

/** `0x00008124 <main+0x10>` */
function place(sim: LoadedMachine, address: number): string {
  const name = sim.program.symbols.name_at(address);
  return `0x${address.toString(16).padStart(8, '0')}${name === undefined ? '' : ` <${name}>`}`;
}

/** Where --stats and --stats-file want the figures; undefined for nowhere. */
async function open_statistics(options: RunOptions): Promise<((text: string) => void) | undefined> {
  const { stats, statsFile } = options;
  if (statsFile === undefined) return stats === undefined ? undefined : write_error;
  const { closeSync, openSync, writeSync } = await import('node:fs');
  // Opened before the program runs: hours later is too late to learn that it cannot be written.
  try {
    const file = openSync(statsFile, 'w');
    return (text) => {
      writeSync(file, text);
      closeSync(file);
    };
  } catch (error) {
    throw new UsageError(`--stats-file ${statsFile}: cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
}

function measure(sim: LoadedMachine, program: string, end: End, status: number, seconds: number): RunStatistics {
  const { user, system } = process.cpuUsage();
  const { jit } = sim;
  const statistics = jit?.statistics ?? (sim.waits_for_jit ? no_statistics(sim.executed) : undefined);
  return {
    isa: sim.loaded.isa.name,
    program,
    end: end.kind === 'fault' ? end.fault.signal : end.kind === 'signal' ? end.signal : end.kind,
    status,
    instructions: sim.executed,
    seconds,
    process_seconds: performance.now() / 1000,
    cpu_seconds: (user + system) / 1e6,
    mips: sim.executed / seconds / 1e6,
    memory_mib: process.resourceUsage().maxRSS / 1024,
    engine: statistics ? 'jit' : 'interpreter',
    jit: statistics && jit_figures(statistics, sim),
  };
}

function jit_figures({ interpreted, ...figures }: JitStatistics, { executed, jit }: LoadedMachine): JitFigures {
  return {
    coverage: executed > 0 ? 1 - interpreted / executed : 0,
    ...figures,
    fallbacks: [...(jit?.frontend?.fallbacks.values() ?? [])],
  };
}
