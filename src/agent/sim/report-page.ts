// One HTML page with charts, tables and what it takes to have them again. Self-contained: no
// script, nothing is loaded, so it can be mailed and opened years later.

import type { Table } from '../terminal/table.ts'

/** A chart by name. */
export interface Picture {
  readonly name: string
  readonly svg: string
}

export interface Report {
  readonly title: string
  /** What was simulated, a sentence each. */
  readonly lead: readonly string[]
  readonly pictures: readonly Picture[]
  readonly tables: readonly { readonly title: string; readonly table: Table }[]
  /** The command that gives the same again. */
  readonly command: string
  readonly version: string
}

const STYLE = `
:root{color-scheme:light dark}
body{margin:0 auto;max-width:760px;padding:32px 20px 64px;line-height:1.55;color:#1f2328;background:#fff;
font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}
h1{font-size:26px;line-height:1.25;margin:0 0 8px}
h2{font-size:19px;margin:40px 0 12px}
svg{display:block;width:100%;height:auto;margin:20px 0}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:14px}
.wide{overflow-x:auto}
th,td{padding:5px 14px 5px 0;text-align:right;border-bottom:1px solid #d8dee4;white-space:nowrap}
th:first-child,td:first-child{text-align:left}
th{font-weight:600}
pre{padding:12px 14px;border-radius:6px;background:#f4f6f8;overflow-x:auto;font-size:13px}
footer{margin-top:40px;color:#59636e;font-size:13px}
@media (prefers-color-scheme:dark){
body{color:#e6edf3;background:#0d1117}
th,td{border-color:#30363d}
pre{background:#161b22}
footer{color:#9aa4af}
}
@media print{pre{white-space:pre-wrap}svg,table{break-inside:avoid}}
`

/** The page as text. */
export function reportPage(report: Report): string {
  const { title, lead, pictures, tables, command, version } = report
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${lead.map((line) => `<p>${escaped(line)}</p>`).join('\n')}
<main>
${pictures.map(({ svg }) => svg).join('\n')}
${tables.map(tableHtml).join('\n')}
</main>
<h2>The same again</h2>
<pre>${escaped(command)}</pre>
<footer>hearsay ${escaped(version)}; a seed gives the same figures on every machine.</footer>
</body>
</html>
`
}

function tableHtml({ title, table }: Report['tables'][number]): string {
  const row = (cells: readonly string[], name: 'th' | 'td') =>
    `<tr>${cells.map((cell) => `<${name}>${escaped(cell)}</${name}>`).join('')}</tr>`
  const body = table.rows.map((cells) =>
    row(
      cells.map((cell) => (typeof cell === 'string' ? cell : cell.text)),
      'td',
    ),
  )
  return `<h2>${escaped(title)}</h2>
<div class="wide"><table>
<thead>${row(table.columns, 'th')}</thead>
<tbody>
${body.join('\n')}
</tbody>
</table></div>`
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
