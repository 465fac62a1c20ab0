const mostItems = 6

/** Items for a message; a long list is cut and says so: who repairs the first ones sees the next. */
export const listText = (items: readonly string[], separator = '; '): string => {
  const all = [...new Set(items)]
  return all.length <= mostItems
    ? all.join(separator)
    : `${all.slice(0, mostItems - 1).join(separator)}${separator}and ${all.length - mostItems + 1} more`
}
