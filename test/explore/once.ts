/** A pure function of an immutable object, worked out once for each object. */
export function once<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const value = known.get(key);
    if (value !== undefined) return value;
    const first = compute(key);
    known.set(key, first);
    return first;
  };
}

/** The same for two objects. */
export function onceForBoth<A extends object, B extends object, V>(
  compute: (a: A, b: B) => V,
): (a: A, b: B) => V {
  const known = once((a: A) => once((b: B) => compute(a, b)));
  return (a, b) => known(a)(b);
}
