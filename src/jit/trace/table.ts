// The table through which compiled code finds other compiled code, and the driver's functions around it (backend/driver.ts).
// A region has two places where it may be; each place has one region.

import { LINKS } from '../backend/calls.js';
import { emit_driver, emit_miss, places_of, TABLE_SIZE } from '../backend/driver.js';

/** A region's function, as far as the table is concerned. */
export interface Placed {
  readonly key: number;
  /** Where the table may have it, and where it has, unless another has taken its place. */
  readonly places: readonly [first: number, second: number];
  place: number;
  function: unknown;
}

/** For a new region. */
export function nowhere(key: number): Pick<Placed, 'places' | 'place'> {
  return { places: places_of(key), place: -1 };
}

/** Called by compiled code: execution is at `key`, for which there is none, and not at `back` (JitEngine.outside). */
type Outside = (key: number, back: number, depth: number) => number;

export class RegionTable {
  /** What regions' modules import. */
  readonly imports: WebAssembly.ModuleImports;
  /** Runs regions from a key on; returns the key where somebody else has to go on. */
  readonly drive: (key: number, depth: number) => number;
  private readonly placed: (Placed | undefined)[] = new Array(TABLE_SIZE).fill(undefined);
  private readonly functions: WebAssembly.Table;
  /** What is where nothing is. */
  private readonly miss: unknown;

  constructor(m: WebAssembly.Memory, outside: Outside) {
    this.miss = instantiate(emit_miss(), { m }).miss;
    this.functions = new WebAssembly.Table({ initial: TABLE_SIZE, element: 'anyfunc' }, this.miss);
    const driver = instantiate(emit_driver(), { m, table: this.functions, outside });
    const links = new WebAssembly.Table({ initial: LINKS.length, element: 'anyfunc' });
    for (const [n, name] of LINKS.entries()) links.set(n, driver[name]);
    this.imports = { m, links, go: driver.go };
    this.drive = driver.drive as RegionTable['drive'];
  }

  /** Puts a region in, unless it is there. */
  put(region: Placed): void {
    const { placed } = this;
    const { key, places } = region;
    const [first, second] = places;
    // The second is looked at only if the first is taken.
    if (placed[region.place] === region && placed[first] !== undefined) return;
    const can_be_at = (place: number) => placed[place] === undefined || placed[place].key === key;
    const place = can_be_at(first) || !can_be_at(second) ? first : second;
    if (place === first && placed[second]?.key === key) this.clear(second);
    placed[place] = region;
    region.place = place;
    this.functions.set(place, region.function);
  }

  /** A region has another function now. */
  renew(region: Placed): void {
    for (const place of region.places) if (this.placed[place] === region) this.functions.set(place, region.function);
  }

  take_out(region: Placed): void {
    for (const place of region.places) if (this.placed[place] === region) this.clear(place);
  }
  private clear(place: number): void {
    this.placed[place] = undefined;
    this.functions.set(place, this.miss);
  }
}

export function instantiate(
  code: Uint8Array | WebAssembly.Module,
  imports: WebAssembly.ModuleImports,
): WebAssembly.Exports {
  const module = code instanceof WebAssembly.Module ? code : new WebAssembly.Module(code as BufferSource);
  return new WebAssembly.Instance(module, { e: imports }).exports;
}
