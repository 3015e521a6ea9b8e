/**
 * The page's style sheet. Colours are variables: light ones, dark ones where the reader's system asks for them or the switch says so.
 * Text has a contrast of 4.5 to 1 on its ground, lines of charts 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11).
 */

const LIGHT = `--ground:#ffffff;--card:#ffffff;--ink:#1c1f23;--muted:#59606a;--rule:#dde1e6;--accent:#1f5fbf;
--c0:#1f5fbf;--c1:#b8530b;--c2:#1d7a4b;--c3:#8a3fa8;--c4:#b3275a;--c5:#6b6a12;--c6:#0b7285;--c7:#5b5f66;
--good:#1d7a4b;--bad:#b3275a;color-scheme:light;`;
const DARK = `--ground:#14171b;--card:#1b1f25;--ink:#e8eaed;--muted:#a4abb5;--rule:#343a43;--accent:#82b1ff;
--c0:#82b1ff;--c1:#f5a25d;--c2:#6fd3a0;--c3:#d59cf0;--c4:#ff8fb1;--c5:#d6d36a;--c6:#6cd4e6;--c7:#b4bac4;
--good:#6fd3a0;--bad:#ff8fb1;color-scheme:dark;`;

export const STYLE = `
:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${DARK}}}
:root[data-theme=dark]{${DARK}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:3.2rem}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--card);padding:8px;z-index:3}
header{display:flex;gap:16px;align-items:center;justify-content:space-between;padding:16px 20px 4px}
h1{font-size:1.35rem;margin:0;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2.2rem 0 0;padding-top:.8rem;border-top:1px solid var(--rule)}
h3{font-size:1rem;margin:1.4rem 0 .3rem}
h4{font-size:.92rem;margin:.3rem 0}
nav{position:sticky;top:0;background:var(--ground);border-bottom:1px solid var(--rule);z-index:2;overflow-x:auto}
nav ul{display:flex;gap:4px;list-style:none;margin:0;padding:6px 20px;white-space:nowrap}
nav a{display:block;padding:4px 8px;border-radius:6px;text-decoration:none;color:var(--muted);font-size:.9rem}
nav a:hover{color:var(--accent);text-decoration:underline}
main{padding:0 20px 60px;max-width:1400px;margin:0 auto}
a{color:var(--accent)}
.question{color:var(--muted);margin:.2rem 0 1rem;max-width:75ch}
.note{color:var(--muted);font-size:.9rem;max-width:80ch}
.warning{border-left:4px solid var(--bad);padding:4px 12px;margin:.6rem 0;max-width:80ch}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,400px),1fr));gap:16px}
.card{margin:0;background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:10px 12px;min-width:0}
.card figcaption{font-weight:600;font-size:.95rem}
.card p{margin:.2rem 0;font-size:.85rem;color:var(--muted)}
.card svg{display:block;width:100%;height:auto}
.scroll{overflow-x:auto;max-width:100%}
table{margin:.6rem 0;border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums}
th,td{padding:3px 12px 3px 0;text-align:left;border-bottom:1px solid var(--rule);vertical-align:top}
td.n,th.n{text-align:right}
thead th{color:var(--muted);font-weight:600;white-space:nowrap}
details{margin:.4rem 0}
summary{cursor:pointer;color:var(--muted);font-size:.88rem}
summary:hover{color:var(--accent)}
details.card>summary{color:var(--ink);font-weight:600;font-size:.95rem}
pre{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:10px;overflow-x:auto;font-size:.82rem;max-height:26rem}
code{font-size:.9em;overflow-wrap:anywhere}
button,select,input{font:inherit;color:var(--ink);background:var(--card);border:1px solid var(--muted);border-radius:8px;padding:5px 10px;max-width:100%}
button{cursor:pointer}button:hover{border-color:var(--accent);color:var(--accent)}
button:disabled{opacity:.5;cursor:default}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.controls{display:flex;flex-wrap:wrap;gap:10px;align-items:end;margin:.6rem 0}
.controls label{display:flex;flex-direction:column;font-size:.82rem;color:var(--muted);gap:2px;min-width:0}
.controls input{width:min(20rem,80vw)}
.atlas{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,330px);gap:20px}.atlas h3{margin-top:0}
.map{position:relative;border:1px solid var(--rule);border-radius:10px;background:var(--card);overflow:hidden}
.map canvas{display:block;width:100%;height:min(70vh,620px,100vw);touch-action:none;cursor:grab}
.map .tip{position:absolute;pointer-events:none;background:var(--ink);color:var(--ground);border-radius:6px;padding:3px 8px;font-size:.82rem;max-width:70%;overflow-wrap:anywhere}
.map .zoom{position:absolute;right:8px;top:8px;display:flex;flex-direction:column;gap:4px}
.map .zoom button{width:38px;height:38px;padding:0}
.legend{display:flex;flex-wrap:wrap;gap:4px 14px;font-size:.82rem;margin:.5rem 0;max-height:9rem;overflow:auto}
.dot{display:inline-block;width:.75em;height:.75em;border-radius:50%;margin-right:.4em}
.results{list-style:none;margin:0;padding:0;display:flex;flex-direction:column;gap:4px;max-width:40rem}
.results button{width:100%;text-align:left;display:flex;justify-content:space-between;gap:12px;overflow-wrap:anywhere}
.results .value{color:var(--muted);white-space:nowrap;font-variant-numeric:tabular-nums}
.columns{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,340px),1fr));gap:18px;align-items:start}
.members{margin:.3rem 0 .3rem 1.9rem;padding:0;font-size:.88rem}
.better{color:var(--good);font-weight:600}.worse{color:var(--bad);font-weight:600}
.ego svg{max-width:none;width:auto;height:auto}
@media (max-width:860px){.atlas{grid-template-columns:minmax(0,1fr)}}
@media (max-width:480px){main{padding:0 10px 40px}header{padding:12px 10px 4px}nav ul{padding:6px 10px}.ego svg{max-width:820px}}
@media print{nav,#theme,.controls{display:none}}
`;
