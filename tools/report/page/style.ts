/** The style sheet of the page: light and dark, screen and print. */
import { DIAGRAM_STYLE, palette } from "../draw/style";

const SCREEN = `
*, ::before, ::after { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
body { margin: 0; color: var(--ink); background: var(--paper); line-height: 1.6;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
header, main, footer { max-inline-size: 76rem; margin-inline: auto; padding-inline: clamp(1rem, 4vw, 2.5rem); }
header { padding-block: clamp(1.5rem, 5vw, 3.5rem) 0; }
footer { padding-block: 2rem 3rem; color: var(--soft); border-block-start: 1px solid var(--hair); }
p, dd, li { max-inline-size: 46rem; }
h1, h2, h3, h4 { line-height: 1.2; text-wrap: balance; }
h1 { font-size: clamp(2rem, 6vw, 3.25rem); letter-spacing: -0.025em; margin: 0 0 1.25rem; }
h2 { font-size: clamp(1.5rem, 4vw, 2rem); letter-spacing: -0.015em; margin: 0 0 0.5rem; }
h3 { font-size: 1.2rem; margin: 2.25rem 0 0.6rem; }
h4 { font-size: 1rem; margin: 1.75rem 0 0.5rem; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.9em; }
a { color: var(--workload); text-underline-offset: 0.15em; }
a code { color: inherit; }
:focus-visible { outline: 3px solid var(--workload); outline-offset: 2px; border-radius: 4px; }
main:focus { outline: none; }
main > section { padding-block: clamp(2rem, 5vw, 3.25rem); border-block-start: 1px solid var(--hair); }
main > section:first-child { border: 0; }
.skip { position: absolute; inset: 0.5rem auto auto 0.5rem; padding: 0.5rem 1rem; z-index: 1;
  background: var(--ink); color: var(--paper); border-radius: 6px; }
.skip:not(:focus) { clip-path: inset(50%); inline-size: 1px; block-size: 1px; padding: 0; overflow: hidden; }
.eyebrow { margin: 0 0 0.5rem; color: var(--soft); font-size: 0.9rem; letter-spacing: 0.04em; }
.rehearsal { max-inline-size: 46rem; margin: 0 0 1.75rem; padding: 0.9rem 1.1rem; border-radius: 10px;
  background: var(--outside-fill); border: 1px solid var(--outside); }
.lead { font-size: 1.125rem; margin: 0 0 0.4rem; }
.facts { color: var(--soft); margin: 0 0 1.25rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav > ul { columns: 22rem; column-gap: 2.5rem; }
nav li { padding-block: 0.2rem; break-inside: avoid; }
nav li li { padding-inline-start: 1.25rem; }
.picture { margin: 1.25rem 0; container-type: inline-size; }
figcaption { margin-block-end: 0.6rem; max-inline-size: 46rem; }
.scroll { overflow-x: auto; max-inline-size: 100%; }
/* Shadows at the edges where there is more to scroll to: covers that move with the content. */
.scroll { background:
    linear-gradient(to right, var(--paper) 40%, transparent) left / 2.5rem 100% no-repeat local,
    linear-gradient(to left, var(--paper) 40%, transparent) right / 2.5rem 100% no-repeat local,
    linear-gradient(to right, var(--edge), transparent) left / 0.9rem 100% no-repeat scroll,
    linear-gradient(to left, var(--edge), transparent) right / 0.9rem 100% no-repeat scroll; }
.drawing { border: 1px solid var(--hair); border-radius: 12px; padding: 1rem; }
.picture svg { display: block; margin-inline: auto; background: none; }
@media screen and (min-width: 80rem) {
  .wide { --room: min(100vw - 5rem, var(--width)); inline-size: var(--room);
    margin-inline-start: calc(50% - var(--room) / 2); }
}
.pair { display: grid; gap: 0 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); }
.pair > * { min-inline-size: 0; }
details { margin-block: 0.6rem; }
summary { cursor: pointer; color: var(--workload); padding-block: 0.25rem; inline-size: fit-content; }
.arrows { list-style: none; padding: 0; display: grid; gap: 0.4rem 2rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.arrows li { display: flex; gap: 0.75rem; align-items: baseline; }
.arrows svg { flex: none; }
.arrows strong::after { content: "."; }
dl { margin: 0; }
dd { margin: 0; }
.glossary > div, .outputs > div { display: grid; grid-template-columns: minmax(9rem, 14rem) 1fr;
  gap: 0 1rem; padding-block: 0.35rem; border-block-end: 1px solid var(--hair); }
dt { font-weight: 600; }
body { overflow-wrap: anywhere; }
th, td, caption { overflow-wrap: normal; }
.outputs dd { max-inline-size: none; }
.mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.9em; }
.pre { white-space: pre-wrap; margin: 0.3rem 0; }
pre { overflow-x: auto; padding: 0.8rem 1rem; border-radius: 8px; border: 1px solid var(--hair); background: var(--machine-fill); }
.notice { padding: 0.8rem 1.1rem; margin-block: 0.75rem; border-radius: 8px; border: 1px solid var(--outside);
  background: var(--outside-fill); max-inline-size: 58rem; }
.notice p { margin: 0.3rem 0; max-inline-size: none; }
.notice.bad { border-color: var(--bad); background: var(--bad-fill); }
.findings { list-style: none; padding: 0; }
.bad strong:first-child, strong.bad { color: var(--bad); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: start; color: var(--soft); padding-block-end: 0.4rem; }
th, td { text-align: start; padding: 0.4rem 1.25rem 0.4rem 0; border-block-end: 1px solid var(--hair); font-weight: 400; vertical-align: baseline; }
thead th { color: var(--soft); vertical-align: bottom; }
.number { text-align: end; white-space: nowrap; }
.cost { inline-size: 100%; max-inline-size: 58rem; }
td.bar { inline-size: 34%; min-inline-size: 3rem; padding-inline-end: 0; }
td.bar span { display: block; block-size: 0.7rem; inline-size: var(--share); border-radius: 0 4px 4px 0; background: var(--entrance); }
.rights td { white-space: nowrap; }
.write th code { font-weight: 700; }
.yes, .no { display: inline-block; padding: 0 0.6rem; border-radius: 999px; border: 1px solid; }
.yes { color: var(--outside); background: var(--outside-fill); font-weight: 600; }
.no { color: var(--soft); border-color: var(--hair); }
.tree, .tree ul { list-style: none; padding-inline-start: 0; margin: 0; }
.tree .tree { border-inline-start: 1px solid var(--hair); margin-inline-start: 0.4rem; padding-inline-start: 1rem; }
.tree li { max-inline-size: none; overflow-wrap: anywhere; padding-block: 0.1rem; }
.tree code { color: var(--soft); }
.total { font-size: 1.125rem; }
.cards { list-style: none; padding: 0; margin: 0.4rem 0 0; display: grid; gap: 0.4rem; }
.card { max-inline-size: none; padding: 0.4rem 0.6rem; border: 1px solid var(--hair); border-radius: 8px; background: var(--shade); }
.card small, .card .arrow { display: block; font-size: 0.875rem; color: var(--soft); }
.card .arrow { color: var(--ink); padding-inline-start: 0.5rem; }
.card .caption { font-size: 0.8125rem; }
@media (max-width: 40rem) {
  .glossary > div, .outputs > div { grid-template-columns: 1fr; }
  th, td { padding-inline-end: 0.75rem; }
  .cost td.bar { display: none; }
  .cost tbody th::after { content: ""; display: block; block-size: 0.5rem; margin-block: 0.35rem 0.1rem;
    inline-size: var(--share); border-radius: 0 4px 4px 0; background: var(--entrance); }
}
`;

/** In print everything is open, nothing is cut, and nothing scrolls. */
const PAPER = `
@media print {
  @page { margin: 14mm 12mm; }
  body { font-size: 10pt; }
  header, main, footer { max-inline-size: none; padding-inline: 0; }
  .skip { display: none; }
  .stack { break-before: page; }
  .scroll, pre { overflow: visible; }
  .drawing { padding: 0.5rem; }
  .drawing svg { max-inline-size: 100%; max-block-size: 175mm; block-size: auto; }
  .drawing, pre, .notice, tr, .glossary > div, .outputs > div { break-inside: avoid; }
  h2, h3, h4, figcaption, summary, .lead, .facts { break-after: avoid; }
  .scroll { background: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  summary { color: inherit; list-style: none; }
  a { color: inherit; text-decoration: none; }
  td.bar span { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

const BAD = `:root { --bad: #b01c2e; --bad-fill: #fdecee; --edge: #18202a40; }
@media screen and (prefers-color-scheme: dark) { :root { --bad: #ff9aa5; --bad-fill: #3a171c; --edge: #000000b0; } }`;

const CARDS = ["outside", "entrance", "machine", "workload", "identity"]
  .map(
    (family) => `
.card.${family} { border-color: var(--${family}); background: var(--${family}-fill); }
.card.${family} .caption { color: var(--${family}); }`,
  )
  .join("");

export const PAGE_STYLE = `${palette(":root")}\n${BAD}\n${DIAGRAM_STYLE}${SCREEN}${CARDS}${PAPER}`;
