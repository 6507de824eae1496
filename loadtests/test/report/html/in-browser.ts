/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderHtml } from '@hotpath/loadtests/report/html/page';
import { requireTool } from '@hotpath/loadtests/rig/tool-programs';
import type { RunRecord } from '@hotpath/loadtests/run-record';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A page of the report in a browser, with all that went wrong while it was open. */
export interface OpenReport {
  readonly page: Page;
  /** What the console said, errors of scripts, and every request but that of the page itself. */
  readonly troubles: string[];
}

export class ReportReader {
  private constructor(
    private readonly browser: Browser,
    private readonly directory: string,
  ) {}

  static async start(): Promise<ReportReader> {
    const directory = await mkdtemp(join(tmpdir(), 'hotpath-report-'));
    const browser = await chromium.launch({ executablePath: requireTool('chromium') });
    return new ReportReader(browser, directory);
  }

  open(record: RunRecord, options: BrowserContextOptions = {}): Promise<OpenReport> {
    return this.openPage(renderHtml(record), options);
  }

  async openPage(markup: string, options: BrowserContextOptions = {}): Promise<OpenReport> {
    const file = join(this.directory, 'report.html');
    await writeFile(file, markup);
    const page = await (await this.browser.newContext(options)).newPage();
    const troubles: string[] = [];
    const url = pathToFileURL(file).href;
    page.on('console', (message) => troubles.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (request.url() !== url) troubles.push(`request: ${request.url()}`);
    });
    await page.goto(url);
    return { page, troubles };
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await rm(this.directory, { recursive: true });
  }
}

/** Rows of the table with this caption, first cells included; shown text, and the exact number if it has one. */
export function tableRows(page: Page, caption: string | RegExp): Promise<TableCell[][]> {
  return page
    .getByRole('table', { name: caption, includeHidden: true })
    .first()
    .evaluate((table) =>
      [...(table as HTMLTableElement).tBodies].flatMap((body) =>
        [...body.rows].map((row) =>
          [...row.cells].map((cell) => {
            const data = cell.querySelector('data');
            return {
              text: (cell.textContent ?? '').trim(),
              value: data === null ? null : Number(data.value),
            };
          }),
        ),
      ),
    );
}

export interface TableCell {
  readonly text: string;
  readonly value: number | null;
}

/** '1,200 /s' is 1200, '1.0 s' is 1000 as all times are milliseconds, '43.3 %' is 0.433. */
export function numberShown(text: string): number {
  const [, digits = '', unit = ''] = /^(?:< )?([\d,.]+) ?(\S*)/.exec(text) ?? [];
  const factor = unit === 's' ? 1_000 : unit === '%' ? 0.01 : 1;
  return Number(digits.replaceAll(',', '')) * factor;
}
