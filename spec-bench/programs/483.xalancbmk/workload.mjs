// Input of 483.xalancbmk: HTML as careless hands write it (tables, lists, unclosed and misnested tags, odd attributes).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pick, random, vocabulary } from '../lib/generate.mjs';

function page(seed, bytes) {
  const rng = random(seed);
  const words = vocabulary(rng, 2000);
  const text = (n) => Array.from({ length: 1 + rng.below(n) }, () => pick(rng, words)).join(' ');
  const inline = () => {
    const t = text(12);
    switch (rng.below(9)) {
      case 0:
        return `<b>${t}</b> ${text(6)}`;
      case 1:
        return `<B><i>${t}</b></i>`;
      case 2:
        return `<a href="${pick(rng, words)}.html?a=1&b=2" name=x${rng.below(1e6)}>${t}</a>`;
      case 3:
        return `<font color=red size="+1">${t}</font>`;
      case 4:
        return `${t} &copy; &eacute; &lt; &#${160 + rng.below(90)}; &amp;`;
      case 5:
        return `<span class="${pick(rng, words)}" style="color:#${rng.below(1000)}">${t}</span>`;
      case 6:
        return `<img src=${pick(rng, words)}.png alt="${t}"><br>`;
      default:
        return t;
    }
  };
  const run = (n) => Array.from({ length: 1 + rng.below(n) }, inline).join(' ');
  const block = (depth) => {
    switch (rng.below(depth > 3 ? 3 : 8)) {
      case 0:
        return `<p align=center>${run(6)}\n`;
      case 1:
        return `<p>${run(8)}</p>\n`;
      case 2:
        return `<h${1 + rng.below(4)}>${text(6)}</h${1 + rng.below(4)}>\n`;
      case 3:
        return `<ul>\n${Array.from({ length: 2 + rng.below(6) }, () => `<li>${run(3)}\n${rng.below(4) ? '' : block(depth + 1)}`).join('')}</ul>\n`;
      case 4: {
        const columns = 2 + rng.below(5);
        const row = () => `<tr>${Array.from({ length: columns }, () => `<td valign=top>${run(2)}`).join('')}\n`;
        return `<table border=1 width=100%>\n${Array.from({ length: 2 + rng.below(8) }, row).join('')}</table>\n`;
      }
      case 5:
        return `<div id=d${rng.below(1e6)}>\n${block(depth + 1)}${block(depth + 1)}</div>\n`;
      case 6:
        return `<center>${run(3)}</center>\n<!-- ${text(5)} -->\n`;
      default:
        return `<blockquote>${block(depth + 1)}</blockquote><hr noshade>\n`;
    }
  };
  let html = '<html><head><title>made up</title>\n<body bgcolor=white>\n';
  while (html.length < bytes) html += block(0);
  return html;
}

const directory = process.argv[2];
writeFileSync(join(directory, 'test.in'), page(483, 110_000));
writeFileSync(join(directory, 'ref.in'), page(4830, 3_600_000));
