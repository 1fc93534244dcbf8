/** What the local page has beside the widget's parts. */
export function toPageStyle(): string {
  return `
main.overview > header { margin-bottom: 0; }
main.overview > header .quiet { margin-top: .5rem; }
main.overview > .wide { margin-top: 1rem; }
.overview .strong { font-weight: 600; }
.overview li > p + p, .overview .row + p { margin-top: .375rem; }
.overview details { margin-top: .375rem; }
.overview summary { color: var(--link); cursor: pointer; font-size: .875rem; }
.overview pre { margin: .5rem 0 0; white-space: pre-wrap; font-size: .8125rem; line-height: 1.4; }
`;
}
