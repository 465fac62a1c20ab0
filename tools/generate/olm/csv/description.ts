/** What catalogs call it. */
export const displayName = 'ODF Multicluster Orchestrator'

/** One line of a catalog. */
export const summary =
  'Connects OpenShift Data Foundation clusters for disaster recovery: exchanges their storage secrets and sets up mirroring.'

/** The page of a catalog, in markdown. */
export const description = `Connects StorageClusters of two managed clusters for disaster recovery. A **MirrorPeer** on the hub names the two; then

- each cluster gets the other's peer token, now and after every rotation, and mirroring is switched on,
- replication classes, storage labels and, where wanted, S3 buckets are made,
- Ramen learns of the clusters and of the S3 profiles.

Agents come to the managed clusters as an add-on of Open Cluster Management.

### Needs

- Open Cluster Management, or Red Hat Advanced Cluster Management, on this cluster: it is the hub.
- Ramen's hub operator in the same namespace, for what a MirrorPeer wants of Ramen. It is no dependency: without it the rest works.
- OpenShift 4.17 or newer. On other clusters with OLM the console's pod waits for a certificate that only OpenShift makes: install from the manifests there.

### Beside it

OLM installs no ValidatingAdmissionPolicies. Those that keep the agents to their own work, and the network policies, are applied
beside it: \`kubectl apply -k deploy/olm/beside\`.

### Coming from the original

The package has the same name. A subscription that is pointed to this catalog and its channel upgrades in place: MirrorPeers, secrets, add-ons
and the agents' registrations stay.
`
