/** What the local page has beside the widget's parts. */
export function toPageStyle(): string {
  return `
main.overview > header { margin-bottom: 0; }
main.overview > header .quiet { margin-top: .5rem; }
main.overview > .wide { margin-top: 1rem; }
.overview .strong { font-weight: 600; }
.overview .row > * { flex-basis: 10rem; }
.overview .row time, .overview .row .badge + .quiet, .overview .row strong + .quiet { display: block; }
.overview details { margin-top: .375rem; }
.overview li > details:only-child { margin-top: 0; }
.overview summary { color: var(--link); cursor: pointer; font-size: .875rem; }
.overview summary + * { margin-top: .5rem; }
.overview .folded { margin-top: .75rem; }
.overview .folded li + li { margin-top: .75rem; }
.overview pre { margin: .375rem 0 0; white-space: pre-wrap; font-size: .8125rem; line-height: 1.4; }
`;
}
