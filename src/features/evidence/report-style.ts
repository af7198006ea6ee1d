// The style sheet of report.html: the colours of the console in light and dark, and a form for paper.
const light = `--bg:#f6f7f5;--surface:#fff;--sunken:#ecefec;--line:#d5dad6;--ink:#17211d;--ink2:#4a5650;--ink3:#616c66;--accent:#0b6b5c;--ok:#1b6e3c;--okSoft:#e1f2e6;--wait:#8a5200;--waitSoft:#fbefd9;--deny:#b3261e;--denySoft:#fbe6e4;--live:#1f5fbf;--liveSoft:#e3edfb;--mask:#6b3fa0;--maskSoft:#efe7f8;--agent:#8a2d6b;--agentSoft:#f8e6f1;--idle:#56615b;--idleSoft:#ecefec`
const dark = `--bg:#101614;--surface:#171f1c;--sunken:#0b100e;--line:#2c3733;--ink:#e7edea;--ink2:#b4c0ba;--ink3:#95a29c;--accent:#5cc9b3;--ok:#6fcf8e;--okSoft:#14301f;--wait:#f0b355;--waitSoft:#36270d;--deny:#ff8a80;--denySoft:#3c1714;--live:#8ab4f8;--liveSoft:#16263f;--mask:#c9a7f2;--maskSoft:#2a1d3d;--agent:#f09ccb;--agentSoft:#3a1a2e;--idle:#a3afa9;--idleSoft:#222c28`

export const styleSheet = `
:root{${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:14px/20px "Atkinson Hyperlegible Next","Atkinson Hyperlegible",system-ui,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1200px;margin:0 auto;padding:32px 24px 48px}
h1{font-size:25px;line-height:32px;font-weight:600;margin:0 0 8px;overflow-wrap:anywhere}
h2{font-size:20px;line-height:28px;font-weight:600;margin:0 0 12px}
h3{font-size:16px;line-height:24px;font-weight:400;margin:0 0 12px}
p{margin:0 0 12px;max-width:68ch}
.kind{color:var(--accent);font-weight:600;margin:0 0 4px}
.lead,.note{color:var(--ink2)}
section{margin-top:32px}
code,pre,.entry,.mask{font-family:"Atkinson Hyperlegible Mono",ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:13px}
code{color:var(--ink2)}
pre{margin:4px 0 8px;padding:8px 12px;background:var(--sunken);border-radius:4px;white-space:pre-wrap;overflow-wrap:anywhere;line-height:18px}
time{white-space:nowrap}
q{quotes:"\\201c" "\\201d"}
ul{margin:0;padding:0;list-style:none}
.figures{display:flex;flex-wrap:wrap;gap:12px;margin:0}
.figures div{background:var(--surface);border:1px solid var(--line);border-radius:8px;padding:12px 16px;min-width:112px}
.figures dd{margin:0;font-size:25px;line-height:32px;font-weight:600}
.figures dt{color:var(--ink3)}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;background:var(--surface);border:1px solid var(--line)}
table.narrow{width:auto;min-width:320px}
caption{text-align:left;color:var(--ink3);font-size:12px;line-height:16px;padding:0 0 4px}
th,td{text-align:left;vertical-align:top;padding:6px 12px;border-top:1px solid var(--line);font-weight:400;overflow-wrap:break-word}
thead th,td code,th code{white-space:nowrap}
thead th{font-size:12px;line-height:16px;color:var(--ink3);font-weight:600;border-top:0}
.n{text-align:right;white-space:nowrap}
.entry{color:var(--ink3);white-space:nowrap}
.entry::before{content:"";display:inline-block;width:7px;height:7px;background:var(--accent);margin-right:5px}
.chip{display:inline-block;border-radius:4px;padding:0 6px;font-size:12px;line-height:18px;white-space:nowrap}
.ok{background:var(--okSoft);color:var(--ok)}.wait{background:var(--waitSoft);color:var(--wait)}.deny{background:var(--denySoft);color:var(--deny)}
.live{background:var(--liveSoft);color:var(--live)}.agent{background:var(--agentSoft);color:var(--agent)}.idle{background:var(--idleSoft);color:var(--idle)}
.mask{display:inline-block;background:var(--maskSoft);color:var(--mask);border-radius:4px;padding:0 6px;line-height:18px;border-bottom:1px dotted currentColor}
.mask::before{content:"\\25cc\\a0"}
.request,.statement{background:var(--surface);border:1px solid var(--line);border-radius:8px;padding:12px 16px;margin-bottom:12px}
.statement{padding:8px 16px;margin-bottom:8px}
.line{margin:0;max-width:none}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:0}
.facts dt{color:var(--ink3)}.facts dd{margin:0;min-width:0}
figure{margin:0 0 12px;background:var(--surface);border:1px solid var(--line);border-radius:8px;padding:12px 16px}
figcaption{color:var(--ink2);font-size:12px;line-height:16px}
svg{display:block;width:100%;height:auto}
svg text{font:12px system-ui,sans-serif;fill:var(--ink3)}
.axis{stroke:var(--ink3)}.grid{stroke:var(--line);stroke-dasharray:2 4}
rect.allowed{fill:var(--accent)}rect.refused{fill:url(#hatch)}rect.under{fill:var(--denySoft)}rect.stripe{fill:var(--deny)}
.key{display:inline-block;width:10px;height:10px;margin:0 2px 0 8px}
.key.allowed{background:var(--accent)}.key.refused{background:repeating-linear-gradient(45deg,var(--deny) 0 2px,var(--denySoft) 2px 4px)}
.foot{border-top:1px solid var(--line);padding-top:24px}
@media (max-width:600px){main{padding:16px}.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:8px}}
@media print{:root{${light};--bg:#fff}@page{margin:16mm}body{font-size:10.5pt}main{max-width:none;padding:0}
.request,.statement,tr,figure{break-inside:avoid}h2,h3,caption{break-after:avoid}thead{display:table-header-group}.wide{overflow:visible}th,td{padding:4px 6px;font-size:9.5pt}td time,thead th{white-space:normal}
pre,.chip,.mask,rect,.key,.entry::before{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`
