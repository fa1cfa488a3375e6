#!/usr/bin/env node
// Starts the command line of dist/bin, which `npm run build` makes from src/. Most of a start's time would go into
// compiling it, so the build also leaves V8's code cache of what a run needs beside each file (scripts/bundle.mjs); another
// version of Node rejects it and compiles. Files are loaded as CommonJS because only scripts can be cached, and because
// Node's loader of ES modules costs milliseconds, too.

const { readFileSync, writeFileSync } = require('node:fs');
const { dirname, resolve } = require('node:path');
const { Script } = require('node:vm');

const root = resolve(__dirname, '..');
const bin = resolve(root, 'dist/bin');
const modules = new Map();
const scripts = [];

/** Compiles a file, with V8's code cache of it if there is one. */
function compile(path) {
  const cache = `${path}.cache`;
  const text = readFileSync(path, 'utf8');
  let cachedData;
  try {
    cachedData = readFileSync(cache);
  } catch {
    // V8 compiles what is called.
  }
  // The cache remembers the name: that of the build's trial run would be nowhere else.
  const script = new Script(text, { filename: path.slice(root.length + 1), cachedData });
  scripts.push({ cache, script });
  return script.runInThisContext();
}

/** Loads a file of dist/ once, and returns its exports. */
function load(path) {
  const known = modules.get(path);
  if (known) return known.exports;
  const make = start[path.slice(bin.length + 1)] ?? compile(path);
  const module = { exports: {} };
  modules.set(path, module);
  const from_here = (name) => {
    if (!name.endsWith('.cjs')) return require(name);
    const file = resolve(dirname(path), name);
    return name.startsWith('./compiler-') || name.startsWith('./seldom-') ? later(file) : load(file);
  };
  make(module.exports, from_here, module, path, dirname(path), import_module);
  return module.exports;
}

/** A file's exports, loaded when one of them is read: with compiled code of earlier runs, most runs compile nothing. */
function later(path) {
  return new Proxy({}, { get: (_, name) => load(path)[name] });
}

/** What stands for `import()` in those files. */
const import_module = (name) => import(name);

/** Called by the build, after a run: keeps what V8 has compiled for it of these files, by their paths below dist/. */
function write_caches(files) {
  for (const { cache, script } of scripts)
    if (files.test(cache.slice(resolve(root, 'dist').length))) writeFileSync(cache, script.createCachedData());
}

/** What every run loads, functions by the names of the files that they stand for. */
let start;
try {
  start = compile(resolve(bin, 'start.cjs'));
} catch (error) {
  if (error.code !== 'ENOENT') throw error;
  console.error(`${error.path} is missing; run: npm run build`);
  process.exit(1);
}
load(resolve(bin, 'main.cjs'))
  .main(process.argv.slice(2))
  .then((status) => {
    const { PYDGIN_TS_WRITE_CODE_CACHE } = process.env;
    if (PYDGIN_TS_WRITE_CODE_CACHE) write_caches(new RegExp(PYDGIN_TS_WRITE_CODE_CACHE));
    process.exit(status);
  });
