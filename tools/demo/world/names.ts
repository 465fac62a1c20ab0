/** The hub operator's own namespace, which is Ramen's too. */
export const hubNamespace = 'openshift-operators'

/** What the hub controller is told to put into the agents' Deployments; the kubelet maps it to a program. */
export const agentImage = 'odfmo/token-exchange-agent:demo'
