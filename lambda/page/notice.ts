/** One sentence above a page's parts, with the colour of how serious it is. */
export interface Notice {
  readonly tone: "alarm" | "busy" | "calm";
  readonly text: string;
}
