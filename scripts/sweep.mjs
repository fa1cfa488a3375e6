// The speed of kernels over a limit of the JIT, as a plot: node scripts/sweep.mjs <file.svg> [kernel...]
// Runs each kernel at size ref for several trace_limits and region_limits and draws million instructions a second of the
// whole process's time by the clock. Prints the same as a table in Markdown.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [file, ...names] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node scripts/sweep.mjs <file.svg> [kernel...]');
  process.exit(2);
}
const LIMITS = { trace_limit: [5, 20, 100, 400, 2000], region_limit: [20, 100, 500, 2000, 8000] };
const { kernels } = JSON.parse(readFileSync(join(root, 'spec-bench/kernels/manifest.json'), 'utf8'));
const chosen = kernels.filter(({ name }) => names.length === 0 || names.includes(name));

function mips({ elf, sizes }, setting) {
  const args = [
    'run',
    '--stats=json',
    '--jit',
    setting,
    'arm',
    join(root, 'spec-bench/kernels', elf.arm),
    ...sizes.ref.args,
  ];
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin/pydgin-ts.js'), ...args], {
    encoding: 'utf8',
  });
  if (stdout !== sizes.ref.stdout) throw new Error(`${elf.arm} with ${setting} printed: ${stdout}${stderr}`);
  const { instructions, process_seconds } = JSON.parse(stderr);
  return instructions / process_seconds / 1e6;
}

const [WIDTH, HEIGHT, LEFT, TOP] = [340, 240, 48, 28];
let drawing = '';
Object.entries(LIMITS).forEach(([limit, settings], panel) => {
  const rows = chosen.map((kernel) => ({
    name: kernel.name,
    speeds: settings.map((n) => mips(kernel, `${limit}=${n}`)),
  }));
  console.log(`| ${limit} | ${settings.join(' | ')} |\n|:--|${settings.map(() => '--:').join('|')}|`);
  for (const { name, speeds } of rows)
    console.log(`| ${name} | ${speeds.map((speed) => speed.toFixed(0)).join(' | ')} |`);
  console.log();
  const highest = Math.max(...rows.flatMap(({ speeds }) => speeds));
  const x = (n) => LEFT + panel * (WIDTH + 130) + (n * WIDTH) / (settings.length - 1);
  const y = (speed) => TOP + HEIGHT * (1 - speed / highest);
  drawing += `<text x="${x(0)}" y="16" font-weight="bold">MIPS over ${limit}</text>
<path d="M${x(0)} ${TOP}V${TOP + HEIGHT}H${x(settings.length - 1)}" fill="none" stroke="#888"/>\n`;
  for (const part of [0, 0.5, 1])
    drawing += `<text x="${x(0) - 4}" y="${y(part * highest) + 4}" text-anchor="end">${Math.round(part * highest)}</text>\n`;
  settings.forEach((n, k) => {
    drawing += `<text x="${x(k)}" y="${TOP + HEIGHT + 16}" text-anchor="middle">${n}</text>\n`;
  });
  // Names beside the ends of their lines, apart from each other.
  let last = -Infinity;
  for (const { name, speeds } of rows.toSorted((a, b) => b.speeds.at(-1) - a.speeds.at(-1))) {
    const colour = `hsl(${(chosen.findIndex((kernel) => kernel.name === name) * 360) / chosen.length} 65% 42%)`;
    const points = speeds.map((speed, k) => `${x(k)},${y(speed).toFixed(1)}`).join(' ');
    last = Math.max(last + 12, y(speeds.at(-1)));
    drawing += `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.5"/>
<text x="${x(settings.length - 1) + 5}" y="${(last + 4).toFixed(1)}" fill="${colour}">${name}</text>\n`;
  }
});
const size = `${LEFT + 2 * (WIDTH + 130)} ${TOP + HEIGHT + 30}`;
writeFileSync(
  file,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>\n${drawing}</svg>\n`,
);
