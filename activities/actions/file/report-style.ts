/** The look of HTML reports: readable in light and dark, on paper, and without anything from elsewhere. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ground: #fff; --card: #f5f6f8; --text: #1c2330; --soft: #5d6778; --line: #d9dde4;
  --good: #2f9e63; --bad: #d64545; --slow: #e08e1b; --grey: #8a94a6; --pale: #c3c9d3; --first: #2f6fdb; --second: #8a55d8; --third: #d65a9a; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14181f; --card: #1d232d; --text: #e7eaf0; --soft: #9aa5b6; --line: #333c4a;
    --good: #45c486; --bad: #f0716b; --slow: #f0a93c; --grey: #8a94a6; --pale: #4d5869; --first: #6ea2ff; --second: #b48cf2; --third: #f08abb; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 24px; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 24px; margin: 0; } h2 { font-size: 16px; margin: 0 0 8px; }
.about { color: var(--soft); margin: 4px 0 24px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-bottom: 12px; }
.figures div, section { background: var(--card); border-radius: 10px; padding: 14px 16px; }
.figures dt { color: var(--soft); font-size: 13px; } .figures dd { margin: 0; font-size: 24px; font-weight: 600; font-variant-numeric: tabular-nums; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(440px, 1fr)); gap: 12px; margin-bottom: 12px; }
svg { display: block; width: 100%; height: auto; }
.grid line { stroke: var(--line); } .grid text { fill: var(--soft); font-size: 12px; }
path { fill: none; stroke-width: 2; stroke-linejoin: round; } circle { stroke: none; }
rect.good, i.good { fill: var(--good); background: var(--good); } rect.bad, i.bad { fill: var(--bad); background: var(--bad); }
rect.slow, i.slow { fill: var(--slow); background: var(--slow); } rect.grey, i.grey { fill: var(--grey); background: var(--grey); }
rect.pale, i.pale { fill: var(--pale); background: var(--pale); }
path.first { stroke: var(--first); } circle.first { fill: var(--first); } i.first { background: var(--first); }
path.second { stroke: var(--second); } circle.second { fill: var(--second); } i.second { background: var(--second); }
path.third { stroke: var(--third); } circle.third { fill: var(--third); } i.third { background: var(--third); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 6px 0 0; color: var(--soft); font-size: 13px; }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 6px; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 10px; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--soft); font-weight: 500; font-size: 13px; }
th:first-child, td:first-child { text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 160px; }
td.bad { color: var(--bad); } .note { color: var(--soft); font-size: 13px; margin: 8px 0 0; }
@media (max-width: 520px) { body { padding: 12px; } .plots { grid-template-columns: 1fr; } }
@media print { section, .figures div { break-inside: avoid; } }
`;
