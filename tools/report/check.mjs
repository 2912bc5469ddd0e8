// Looks at a page of `gpuinfra report` in a browser, as light, dark and on a phone:
//
//   npm ci --prefix tools/report
//   gpuinfra report --stack prod --out report.html
//   node tools/report/check.mjs report.html [--screenshots DIR]
//
// Ends with 1 where the page is over 2 MB, asks for anything else than itself, writes an error to the console, is wider than its window, paints late, or breaks a
// rule of axe-core that is serious or critical. The aim for the first paint is 1 s; a busy machine takes longer, so that only PAINT_LIMIT_MS (5,000) fails.
// CHROMIUM names the browser (/usr/bin/chromium).
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [file, option, shots] = process.argv.slice(2);
if (!file || (option && (option !== '--screenshots' || !shots))) {
  console.error('usage: node check.mjs PAGE.html [--screenshots DIR]');
  process.exit(2);
}

const MOST_BYTES = 2_000_000;
const AIM_MS = 1000;
const mostPaint = Number(process.env.PAINT_LIMIT_MS ?? 5000);
const views = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { name: 'phone', colorScheme: 'light', viewport: { width: 390, height: 844 }, isMobile: true, deviceScaleFactor: 2 },
  { name: 'phone-dark', colorScheme: 'dark', viewport: { width: 390, height: 844 }, isMobile: true, deviceScaleFactor: 2 },
];

const url = pathToFileURL(resolve(file)).href;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const problems = [];
const size = statSync(file).size;
console.log(`${file}: ${(size / 1e6).toFixed(2)} MB`);
if (size > MOST_BYTES) {
  problems.push(`the page has ${size} bytes, over ${MOST_BYTES}`);
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
try {
  // The first page of a browser pays for the browser's own start.
  await (await browser.newPage()).goto('about:blank');
  for (const { name, ...view } of views) {
    const context = await browser.newContext(view);
    const page = await context.newPage();
    page.on('console', message => message.type() === 'error' && problems.push(`${name}: console: ${message.text()}`));
    page.on('pageerror', error => problems.push(`${name}: ${error.message}`));
    page.on('request', request => request.url() !== url && !request.url().startsWith('data:') && problems.push(`${name}: asks for ${request.url()}`));
    await page.goto(url, { waitUntil: 'load' });
    const paint = await page.evaluate(() => new Promise(done => {
      const seen = list => list.find(entry => entry.name === 'first-contentful-paint')?.startTime;
      const now = seen(performance.getEntriesByType('paint'));
      if (now !== undefined) {
        done(now);
        return;
      }

      new PerformanceObserver(list => seen(list.getEntries()) !== undefined && done(seen(list.getEntries()))).observe({ type: 'paint', buffered: true });
      setTimeout(() => done(Number.POSITIVE_INFINITY), 30_000);
    }));
    if (paint > mostPaint) {
      problems.push(`${name}: first paint after ${paint.toFixed(0)} ms, over ${mostPaint}`);
    }

    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) {
      problems.push(`${name}: ${wide} px wider than the window`);
    }

    if (shots) {
      await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    }

    await page.evaluate(axe);
    const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations', 'incomplete'] }));
    for (const { id, impact, help, nodes } of found.violations) {
      const line = `${name}: axe ${impact}: ${id} (${help}), ${nodes.length} times, as in ${nodes[0].html.slice(0, 120)}`;
      if (impact === 'serious' || impact === 'critical') {
        problems.push(line);
      } else {
        console.log(line);
      }
    }

    console.log(`${name}: first paint ${paint.toFixed(0)} ms (aim ${AIM_MS}${paint > AIM_MS ? ', MISSED' : ''}), ${found.violations.length} violations of axe-core ${found.testEngine.version}, `
      + `${found.passes.length} rules hold, ${found.incomplete.length} could not be judged`);
    await context.close();
  }
} finally {
  await browser.close();
}

for (const problem of problems) {
  console.error(problem);
}

process.exit(problems.length === 0 ? 0 : 1);
