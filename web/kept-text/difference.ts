/** The blocks of `ours` that are not in `theirs`, in order; a block that stands there twice must be there twice. */
export function ownBlocks(ours: string[], theirs: string[]): string[] {
  const left = new Map<string, number>();
  for (const block of theirs) left.set(block, (left.get(block) ?? 0) + 1);
  return ours.filter((block) => {
    const count = left.get(block) ?? 0;
    if (count) left.set(block, count - 1);
    return count === 0;
  });
}
