const WINDOWS = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
];

/** A telephone and a desk, light and dark. */
export const KINDS = WINDOWS.flatMap((viewport) =>
  (["light", "dark"] as const).map((colorScheme) => ({ viewport, colorScheme })),
);
