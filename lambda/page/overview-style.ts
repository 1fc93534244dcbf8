/** Of the overview's parts, written with the colours of `toColors`; beside a page's own style too. */
export function toOverviewStyle(): string {
  return `
.overview { color: var(--text); overflow-wrap: anywhere; font-size: .9375rem; line-height: 1.45; }
.overview, .overview * { box-sizing: border-box; }
.overview h2 { margin: 0 0 .5rem; font-size: 1.0625rem; line-height: 1.3; }
.overview p { margin: 0; }
.overview ul { margin: 0; padding: 0; list-style: none; }
.overview section { margin-top: 1.25rem; }
.overview .headline {
  padding: .75rem 1rem; border-inline-start: .375rem solid; border-radius: .5rem; font-weight: 600;
}
.overview .headline + .headline { margin-top: .5rem; }
.overview .tone-alarm { background: var(--alarm-back); color: var(--alarm); }
.overview .tone-busy { background: var(--busy-back); color: var(--busy); }
.overview .tone-calm { background: var(--calm-back); color: var(--calm); }
.overview .tone-note { background: var(--note-back); color: var(--note); }
.overview .rows { border: 1px solid var(--line); border-radius: .625rem; background: var(--card); }
.overview .rows > li { padding: .75rem 1rem; }
.overview .rows > li + li { border-top: 1px solid var(--line); }
.overview .row { display: flex; flex-wrap: wrap; gap: .125rem 1rem; align-items: baseline; }
.overview .row > * { flex: 1 1 13rem; min-width: 0; }
.overview .quiet { color: var(--quiet); font-size: .875rem; }
.overview time, .overview .digits { font-variant-numeric: tabular-nums; }
.overview .badge {
  display: inline-block; padding: 0 .5rem; border-radius: 1rem; font-size: .8125rem;
  font-weight: 600; line-height: 1.5rem; white-space: nowrap;
}
.overview .badge:has(+ *) { margin-inline-end: .25rem; }
.overview .rows p + p { margin-top: .25rem; }
.overview .open { margin-top: .625rem; }
.overview .open p { font-weight: 600; }
.overview .text-alarm { color: var(--alarm); }
.overview .text-busy { color: var(--busy); }
.overview .headline p::first-letter { text-transform: uppercase; }
.overview .headline a { color: inherit; }
.overview .choices { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .5rem; }
.overview .choices .btn {
  display: inline-block; padding: .375rem .875rem; border-radius: .375rem; cursor: pointer;
  background: var(--button); color: var(--on-button); font-size: .875rem; font-weight: 600;
  text-decoration: none;
}
.overview .choices .btn:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.overview .you { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; margin-bottom: .75rem; }
.overview .you label { font-weight: 600; }
.overview .you input {
  flex: 0 1 16rem; width: auto; min-height: 2.25rem; padding: .25rem .625rem;
  border: 1px solid var(--field); border-radius: .375rem; background: var(--card);
  color: inherit; font: inherit;
}
.overview code { font-size: .875em; }
@media (forced-colors: active) { .overview .badge, .overview .choices .btn { border: 1px solid; } }
`;
}
