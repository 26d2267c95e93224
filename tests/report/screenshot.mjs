// Opens the page as people do and looks at it. `colorScheme` sets prefers-color-scheme through the debugging protocol
// (Emulation.setEmulatedMedia); Chromium's own forced dark mode would repaint the page instead.
import { chromium } from 'playwright-core';
import { pathToFileURL } from 'node:url';

const [page, folder] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const faults = [];

for (const [name, colorScheme, width, height] of [
  ['light', 'light', 1280, 900], ['dark', 'dark', 1280, 900], ['narrow', 'light', 390, 844],
]) {
  const view = await browser.newPage({ colorScheme, viewport: { width, height } });
  const fault = (what) => faults.push(`${name}: ${what}`);
  view.on('console', (message) => ['error', 'warning'].includes(message.type()) && fault(message.text()));
  view.on('pageerror', (error) => fault(error.message));
  view.on('request', (request) => request.url().startsWith('file:') || fault(`asked for ${request.url()}`));
  await view.goto(pathToFileURL(page).href);
  const seen = await view.evaluate(() => {
    const colour = (element) => getComputedStyle(element).backgroundColor.match(/\d+/g).map(Number);
    const strokes = [...document.querySelectorAll('svg polyline, svg path')].map((line) => getComputedStyle(line).stroke);
    return {
      paper: colour(document.body).slice(0, 3).reduce((sum, part) => sum + part),
      plots: [...document.querySelectorAll('svg')].map((plot) => plot.getBoundingClientRect().height),
      strokes: new Set(strokes.filter((stroke) => stroke !== 'none')).size,
      sideways: document.documentElement.scrollWidth - innerWidth,
      cut: [...document.querySelectorAll('#figures .wide, #matrix .wide, #rules .wide')].filter((box) => box.scrollWidth > box.clientWidth + 1).length,
      unnamed: [...document.querySelectorAll('svg')].filter((plot) => !plot.querySelector('title')).length,
    };
  });
  if ((colorScheme === 'dark') !== (seen.paper < 200)) fault(`the paper does not follow the colour scheme (${seen.paper})`);
  if (seen.plots.length !== 7 || seen.plots.some((height) => height < 100)) fault(`plots: ${seen.plots}`);
  if (seen.strokes < 4) fault(`only ${seen.strokes} colours of lines: the palette is not applied`);
  if (seen.sideways > 0) fault(`scrolls sideways by ${seen.sideways} px`);
  if (width >= 1280 && seen.cut > 0) fault(`${seen.cut} tables of figures, outcomes or rules are cut off at the right`);
  if (seen.unnamed > 0) fault(`${seen.unnamed} plots without a title`);

  // By keyboard alone: the first decision opens with Enter.
  const summary = view.locator('details > summary').first();
  if (await summary.count()) {
    await summary.focus();
    await view.keyboard.press('Enter');
    if (!(await view.locator('details[open]').count())) fault('a decision does not open by keyboard');
  }
  const picture = await view.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  if (picture.length < 20_000) fault(`the picture holds ${picture.length} bytes: blank?`);
  await view.evaluate(() => scrollTo(0, 0));
  await view.screenshot({ path: `${folder}/${name}-top.png` });
  await view.locator('#ranking').scrollIntoViewIfNeeded();
  await view.evaluate(() => document.querySelector('#ranking').scrollIntoView());
  await view.screenshot({ path: `${folder}/${name}-ranking.png` });
  await view.close();
}
await browser.close();
if (faults.length) {
  console.error(faults.join('\n'));
  process.exit(1);
}
console.log(`the page holds in light, dark and narrow; pictures in ${folder}`);
