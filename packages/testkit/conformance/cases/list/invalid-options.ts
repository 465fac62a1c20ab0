/** A refusal of options that contradict each other. */
export const invalidOptions = (message: string) => ({
  kind: 'Status',
  reason: 'Invalid',
  message: `ListOptions.meta.k8s.io "" is invalid: ${message}`,
})
