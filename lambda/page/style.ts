/** The colours that every style is written with, as custom properties. */
export function toColors(theme: "light" | "dark"): string {
  if (theme === "light") {
    return `  --page: #f3f4f6; --card: #fff; --line: #d5d9e0; --field: #767f8c;
  --text: #16191f; --quiet: #525a66; --link: #0b53b8;
  --button: #0b53b8; --on-button: #fff;
  --alarm: #a3120a; --alarm-back: #fdeceb;
  --busy: #7a4a00; --busy-back: #fff4dc;
  --calm: #12613a; --calm-back: #e4f5ea;
  --note: #184a8c; --note-back: #e8f0fc;`;
  }
  return `  --page: #101318; --card: #1a1e25; --line: #343b46; --field: #8a94a3;
  --text: #eef1f5; --quiet: #a9b2bf; --link: #8ab8ff;
  --button: #8ab8ff; --on-button: #0b1626;
  --alarm: #ffaaa2; --alarm-back: #3a1614;
  --busy: #ffd27a; --busy-back: #33260b;
  --calm: #8fe0ae; --calm-back: #11301f;
  --note: #a9caff; --note-back: #14253f;`;
}

/**
 * The style of every page, dark and light, from a narrow phone up. Inside a function, so that a
 * delivery's cold start does not read it.
 */
export function toStyle(): string {
  return `
:root {
  color-scheme: light dark;
${toColors("light")}
}
@media (prefers-color-scheme: dark) {
  :root {
${toColors("dark")}
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--text); overflow-wrap: anywhere;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main, footer { max-width: 68rem; margin: 0 auto; padding: 1rem; }
footer { padding-top: 0; color: var(--quiet); font-size: .875rem; }
h1 { margin: 0; font-size: clamp(1.5rem, 1.2rem + 1.5vw, 2rem); line-height: 1.2; text-wrap: balance; }
h1 + p { margin-top: .75rem; }
h2 { margin: 0 0 .75rem; font-size: 1.125rem; line-height: 1.3; }
p { margin: 0 0 .75rem; }
p:last-child { margin-bottom: 0; }
a { color: var(--link); }
main > header { margin-bottom: 1rem; }
.card > ol + p { margin-top: 1rem; }
.from { margin: 0 0 .25rem; color: var(--quiet); font-size: .875rem; }
.number { font-size: 1.125rem; font-variant-numeric: tabular-nums; }
.card, .state {
  margin: 0 0 1rem; padding: 1rem; border: 1px solid var(--line); border-radius: .75rem;
  background: var(--card);
}
.state { border: 0; border-inline-start: .375rem solid; }
.state h2 { margin: 0; }
.state h1 ~ p, .state h2 ~ p { margin: .25rem 0 0; color: var(--text); }
.state .from { color: inherit; }
.strong { font-weight: 600; }
.alarm { background: var(--alarm-back); color: var(--alarm); }
.busy { background: var(--busy-back); color: var(--busy); }
.calm { background: var(--calm-back); color: var(--calm); }
.note { background: var(--note-back); color: var(--note); }
.saved { display: none; }
.saved:target { display: block; }
ol, ul { margin: 0; padding: 0; list-style: none; }
.steps { counter-reset: step; }
.steps li { position: relative; padding-inline-start: 2.5rem; }
.steps li + li { margin-top: .875rem; }
.steps li::before {
  counter-increment: step; content: counter(step); position: absolute; inset-inline-start: 0;
  top: -.0625rem; width: 1.75rem; height: 1.75rem; border-radius: 50%; text-align: center;
  line-height: 1.75rem; font-size: .875rem; font-weight: 600;
  background: var(--note-back); color: var(--note);
}
.times li { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
.times li + li { margin-top: .5rem; }
.times time { color: var(--quiet); font-variant-numeric: tabular-nums; white-space: nowrap; }
.card > p > code { font-size: .875em; }
.card > p > small { display: block; margin-top: .25rem; color: var(--quiet); font-size: .875rem; }
summary { cursor: pointer; font-weight: 600; }
summary + form { margin-top: 1rem; }
.answers li + li { margin-top: .75rem; padding-top: .75rem; border-top: 1px solid var(--line); }
.answers small, .option small { display: block; color: var(--quiet); font-size: .875rem; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 0; font-size: .9375rem; }
dt { color: var(--quiet); }
dd { margin: 0; font-variant-numeric: tabular-nums; }
form { margin: 0; }
label { cursor: pointer; }
.field + p { margin-top: .75rem; }
.field > label { display: block; margin-bottom: .375rem; font-weight: 600; }
input[type=text] {
  width: 100%; min-height: 3rem; padding: .5rem .75rem; border: 1px solid var(--field);
  border-radius: .5rem; background: var(--card); color: inherit; font: inherit;
}
fieldset { min-width: 0; margin: 1rem 0; padding: 0; border: 0; }
legend { padding: 0; margin-bottom: .375rem; font-weight: 600; }
.option {
  display: flex; gap: .75rem; align-items: flex-start; min-height: 3rem; padding: .625rem .75rem;
  border: 1px solid var(--field); border-radius: .5rem;
}
.option + .option { margin-top: .5rem; }
.option input { flex: none; width: 1.25rem; height: 1.25rem; margin: .125rem 0 0; accent-color: var(--button); }
.option:has(:checked) { border-color: var(--button); box-shadow: inset 0 0 0 1px var(--button); }
button {
  width: 100%; min-height: 3rem; padding: .5rem 1.25rem; border: 0; border-radius: .5rem;
  background: var(--button); color: var(--on-button); font: inherit; font-weight: 600; cursor: pointer;
}
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.option:has(:focus-visible) { outline: 3px solid var(--link); outline-offset: 2px; }
.option :focus-visible { outline: 0; }
.error { margin: .375rem 0 0; color: var(--alarm); font-weight: 600; }
form > .error { margin: 0 0 1rem; }
input[aria-invalid=true], [aria-invalid=true] .option { border-color: var(--alarm); }
input[aria-invalid=true] { box-shadow: inset 0 0 0 1px var(--alarm); }
@media (min-width: 60rem) {
  main { display: grid; grid-template-columns: minmax(0, 1fr) 24rem; gap: 0 1.5rem; padding: 2rem 1.5rem 1rem; }
  main > header, main > .wide { grid-column: 1 / -1; }
  main.incident {
    grid-template: "box box" "note note" "steps answer" "more answer" 1fr / minmax(0, 1fr) 24rem;
  }
  .incident > header { grid-area: box; }
  .incident > .saved { grid-area: note; }
  .incident > .steps-card { grid-area: steps; align-self: start; }
  .incident > .more { grid-area: more; }
  .answering { grid-area: answer; position: sticky; top: 1rem; align-self: start; }
  footer { padding: 0 1.5rem 2rem; }
}
@media (max-width: 30rem) {
  main { padding: .75rem; }
  h1 { font-size: 1.25rem; }
  .card, .state { padding: .75rem .875rem; }
  .state h1 ~ p:not(.number) { font-size: .9375rem; line-height: 1.4; }
}
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd + dt { margin-top: .5rem; } }
@media (forced-colors: active) { .state { border: 1px solid; } .steps li::before { border: 1px solid; } }
@media print { .answering form, .answering details { display: none; } }
`;
}
