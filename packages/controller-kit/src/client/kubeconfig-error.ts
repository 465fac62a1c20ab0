/** A kubeconfig that cannot be used; the message names the file, the entry and what was expected. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError'
  readonly code = 'ODFMO_KUBECONFIG'
}
