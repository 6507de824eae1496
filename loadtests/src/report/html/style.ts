import { chartFont } from './chart.js';
import { themeStyle } from './theme.js';

export const pageStyle = `
${themeStyle(':root')}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 ${chartFont}}
main,header.verdict,nav,footer{max-width:1020px;margin:0 auto;padding:0 20px}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999px}
.skip:focus{left:8px;top:8px;background:var(--paper);padding:8px}
header.verdict{margin-top:28px;padding:4px 24px 12px;border-left:8px solid var(--good)}
header.verdict.bad{border-color:var(--bad)}
.eyebrow{margin:0;color:var(--muted);font-size:14px;overflow-wrap:anywhere}
h1{font-size:26px;line-height:1.3;margin:6px 0 8px;text-wrap:pretty;overflow-wrap:anywhere}
h2{font-size:21px;margin:40px 0 10px}
h3{font-size:17px;margin:26px 0 8px}
header ul{margin:8px 0;padding-left:20px}
nav ul{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;padding:0;margin:18px 0 0;font-size:14px}
.overview{display:grid;gap:12px;margin:22px 0 0;background:var(--raised);padding:16px 20px;border-radius:6px}
.overview>div{display:grid;grid-template-columns:130px 1fr;gap:4px 16px}
.overview ul{margin:0;padding-left:18px}
dt{font-weight:600}
dd{margin:0;overflow-wrap:anywhere}
.terms>div{margin:0 0 8px}
figure{margin:12px 0 28px}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,380px),1fr));gap:16px}
.charts.small{grid-template-columns:repeat(auto-fit,minmax(min(100%,280px),1fr))}
.charts svg{width:100%;max-width:560px;height:auto;display:block}
figcaption{color:var(--muted);font-size:14px;max-width:78ch;margin-top:8px}
details{margin-top:8px}
summary{cursor:pointer;font-size:14px;color:var(--link);width:fit-content}
.scroll{overflow-x:auto;max-width:100%}
details .scroll{max-height:420px;overflow-y:auto;border:1px solid var(--rule)}
table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--muted);padding:6px 8px;font-size:14px}
caption span{display:block;position:sticky;left:8px;max-width:min(78ch,calc(100vw - 60px))}
th,td{padding:4px 10px;text-align:right;vertical-align:top;border-bottom:1px solid var(--rule);white-space:nowrap}
th[scope=row],thead th:first-child{text-align:left;font-weight:600}
thead th{background:var(--raised);font-weight:600}
tr.part th[scope=row]{padding-left:26px;font-weight:400}
tr.invalid th,tr.invalid td{color:var(--bad)}
.times{display:block;color:var(--muted);font-size:.93em}
#validity :is(td,th),#environment :is(td,th){text-align:left}
#validity td,#environment td{white-space:normal;overflow-wrap:anywhere;min-width:90px}
#validity td:first-of-type{white-space:nowrap}
#validity td:last-child{min-width:280px}
.seen{margin:0;padding:0;list-style:none}
pre{background:var(--raised);padding:10px 14px;border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere;font-size:14px}
footer{margin:40px auto 30px;color:var(--muted);font-size:13px}
@media (max-width:620px){
main,header.verdict,nav,footer{padding-left:14px;padding-right:14px}
.overview>div{grid-template-columns:1fr}
h1{font-size:21px}
}
@media print{
body{font-size:11pt}
nav,.skip,summary{display:none}
figure,tr,header{break-inside:avoid}
h2,h3,caption{break-after:avoid}
.scroll{overflow:visible}
table{font-size:8pt}
th,td{padding:2px 4px;white-space:normal}
.charts{grid-template-columns:1fr 1fr}
}
`;
