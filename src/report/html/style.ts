/** The style sheet: looks for screens bright and dark, narrow and wide, and for paper. The page is legible without it. */

import { darkRules } from '../chart/palette.ts';

const DARK = `
:root{color-scheme:dark;--paper:#181d23;--ground:#0f1317;--ink:#e9ecef;--soft:#aab4bf;--rule:#323a43;--good:#4fd6a8;--bad:#ff9285;--unsure:#f2b544;
--good-bg:#10291f;--bad-bg:#321816;--unsure-bg:#2e2410;--link:#79c0ff}`;

const SHEET = `
:root{color-scheme:light;--paper:#fff;--ground:#f4f6f8;--ink:#1b1f24;--soft:#555f6b;--rule:#dde2e7;--good:#006b4c;--bad:#a8201a;--unsure:#7a4f00;
--good-bg:#e2f4ec;--bad-bg:#fbe7e5;--unsure-bg:#fdf1d8;--link:#0059a8}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1280px;margin:0 auto;padding:28px 24px 48px}
a{color:var(--link)}
h1,h2,h3,p,figure{margin:0}
h1{font-size:44px;line-height:1.1;letter-spacing:-.02em;font-weight:800}
h1 font{font-size:inherit}
h2{font-size:22px;letter-spacing:-.01em;margin:44px 0 4px}
h2 small{font-size:14px;font-weight:400;letter-spacing:0;margin-left:8px}
h3{font-size:16px}
.kicker{font-size:13px;letter-spacing:.02em;margin-bottom:12px;overflow-wrap:anywhere}
.kicker b{color:var(--ink);font-size:15px;letter-spacing:0}
.soft,.kicker,small,th,summary{color:var(--soft)}
.good{color:var(--good)}.bad{color:var(--bad)}.unsure{color:var(--unsure)}
.banner{border-radius:12px;border-left:10px solid currentColor;width:100%;border-collapse:separate;display:block;padding:22px 26px}
.banner tbody,.banner tr,.banner td{display:block;padding:0}
.banner.good{background:var(--good-bg)}.banner.bad{background:var(--bad-bg)}.banner.unsure{background:var(--unsure-bg)}
.banner p{color:var(--ink);margin-top:8px;overflow-wrap:anywhere}
.banner .lead{font-size:20px;line-height:1.4}
.banner code{font-size:12px;color:var(--soft)}
.tiles,.tiles tbody{display:block;margin:0}
.tiles{margin-top:16px}
.tiles tr{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:12px}
.tiles td,h2{overflow-wrap:anywhere;min-width:0}
.tiles td{display:block;background:var(--paper);border:1px solid var(--rule);border-radius:10px;padding:12px 16px}
.tiles b{display:block;font-size:26px;line-height:1.25;letter-spacing:-.01em;white-space:nowrap}
.tiles br{display:none}
.tiles small,.tiles .soft{font-size:13px;display:block}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,500px),1fr));gap:16px;margin-top:14px;align-items:start}
.card{background:var(--paper);border:1px solid var(--rule);border-radius:12px;padding:18px 20px;min-width:0}
.card>p{margin:2px 0 10px;font-size:14px;color:var(--soft);overflow-wrap:anywhere}
.card>.lead{color:var(--ink);font-size:15px}
section>.card,.grid+.card{margin-top:14px}
svg{display:block;width:100%;height:auto}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse}
.data{font-size:14px;min-width:min(100%,340px)}
.data th,.data td{padding:6px 14px 6px 0;vertical-align:top;border-bottom:1px solid var(--rule)}
.data th{font-weight:600;font-size:13px;white-space:nowrap}
.data td{white-space:nowrap}
.stack th{white-space:normal}
.data .wrap{white-space:normal;min-width:130px;overflow-wrap:anywhere}
.data .wrap:last-child{min-width:min(60vw,220px)}
.data tr:last-child td{border-bottom:0}
.data td[align=right],.data th[align=right]{text-align:right}
.dense{font-size:13px}.dense th,.dense td{padding-right:10px}
details{margin-top:10px}
summary{cursor:pointer;font-size:13px}
summary:hover{color:var(--ink)}
details .scroll{margin-top:8px}
.card>.command{color:var(--ink);font-size:13px;margin:0 0 8px}
.note,.card>.note{font-size:13px;margin:10px 0 0}
pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre-wrap;overflow-wrap:anywhere;margin:8px 0 0}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
footer{margin-top:40px;font-size:13px;color:var(--soft)}
@media (max-width:560px){main{padding:16px 12px 32px}h1{font-size:34px}.banner{padding:16px 18px}.banner .lead{font-size:18px}
.card{padding:14px 0;border-left:0;border-right:0;border-radius:0;margin:0 -12px}.card>h3,.card>p,.card>details,.card>.scroll,.card>pre{margin-left:12px;margin-right:12px}.card>.note,.card>.command{margin-left:12px;margin-right:12px}
svg{width:calc(100% - 12px);margin:0 6px}.stack,.stack tbody,.stack tr,.stack td{display:block}.stack thead{display:none}
.stack tr{padding:8px 0;border-bottom:1px solid var(--rule)}.stack tr:last-child{border:0}.stack td{padding:1px 0;border:0;text-align:left!important;white-space:normal;overflow-wrap:anywhere}.stack td:empty{display:none}.stack .wrap,.stack .wrap:last-child{min-width:0}.stack td[data-name]:before{content:attr(data-name) " ";color:var(--soft)}
.tiles tr{grid-template-columns:1fr 1fr}.tiles b{font-size:22px}}
@media screen and (prefers-color-scheme:dark){${DARK}
${darkRules()}}
@page{margin:12mm}
@media print{body{background:#fff;font-size:11px;line-height:1.4}main{max-width:none;padding:0}h1{font-size:32px}h2{font-size:17px;margin:20px 0 0}h3{font-size:13px}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
.banner{padding:14px 18px}.banner .lead{font-size:15px}.tiles tr{grid-template-columns:repeat(auto-fit,minmax(110px,1fr));gap:8px}.tiles td{padding:8px 10px}.tiles b{font-size:18px}.tiles small,.tiles .soft{font-size:10px}
.grid{grid-template-columns:1fr 1fr;gap:10px;margin-top:8px}.card{padding:10px 12px}section>.card,.grid+.card{margin-top:8px}.card>p,.card>.lead,.card>.command,.note,.card>.note,summary,pre{font-size:10px}
.card,tr,svg{break-inside:avoid}figure.card{break-inside:auto}h2,h3,summary,thead{break-after:avoid}.scroll{overflow:visible}
.data{font-size:9px;line-height:1.3}.data th,.data td{white-space:normal;padding:1px 8px 1px 0}.data th{font-size:9px}.data td:first-child{white-space:nowrap}.data .wrap,.data .wrap:last-child{min-width:0}details .scroll{margin-top:2px}details{margin-top:4px}
details:not(.long)>*{display:block}details:not(.long)::details-content{content-visibility:visible;display:block;height:auto;overflow:visible}summary{list-style:none}}
`;

/** The rules, without what a style element could be ended by. */
export function styleSheet(): string {
  return SHEET.trim();
}
