import { describe, expect, it } from 'vitest'
import { kinds } from './kinds.ts'
import { apiVersionOf } from './meta.ts'

describe('kinds', () => {
  it('names each resource of a version once', () => {
    const names = Object.values(kinds).map((kind) => `${apiVersionOf(kind)}/${kind.plural}`)
    expect(new Set(names).size).toBe(names.length)
    expect(names.toSorted()).toMatchInlineSnapshot(`
      [
        "addon.open-cluster-management.io/v1alpha1/addondeploymentconfigs",
        "addon.open-cluster-management.io/v1alpha1/clustermanagementaddons",
        "addon.open-cluster-management.io/v1alpha1/managedclusteraddons",
        "admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
        "admissionregistration.k8s.io/v1/validatingadmissionpolicies",
        "admissionregistration.k8s.io/v1/validatingadmissionpolicybindings",
        "admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
        "apiextensions.k8s.io/v1/customresourcedefinitions",
        "apps/v1/deployments",
        "ceph.rook.io/v1/cephclusters",
        "certificates.k8s.io/v1/certificatesigningrequests",
        "cluster.open-cluster-management.io/v1/managedclusters",
        "console.openshift.io/v1/consoleplugins",
        "console.openshift.io/v1alpha1/consoleplugins",
        "coordination.k8s.io/v1/leases",
        "events.k8s.io/v1/events",
        "multicluster.odf.openshift.io/v1alpha1/mirrorpeers",
        "objectbucket.io/v1alpha1/objectbucketclaims",
        "ocs.openshift.io/v1/storageclusters",
        "ramendr.openshift.io/v1alpha1/drclusters",
        "ramendr.openshift.io/v1alpha1/drpolicies",
        "rbac.authorization.k8s.io/v1/clusterrolebindings",
        "rbac.authorization.k8s.io/v1/clusterroles",
        "rbac.authorization.k8s.io/v1/rolebindings",
        "rbac.authorization.k8s.io/v1/roles",
        "replication.storage.openshift.io/v1alpha1/volumereplicationclasses",
        "route.openshift.io/v1/routes",
        "storage.k8s.io/v1/storageclasses",
        "v1/configmaps",
        "v1/namespaces",
        "v1/secrets",
        "v1/serviceaccounts",
        "v1/services",
        "work.open-cluster-management.io/v1/appliedmanifestworks",
        "work.open-cluster-management.io/v1/manifestworks",
      ]
    `)
  })

  it.each(Object.entries(kinds))('%s is called as its key, with a plural in lower case', (key, kind) => {
    expect(key.startsWith(kind.kind)).toBe(true)
    expect(kind.plural).toMatch(/^[a-z]+s$/)
    expect(kind.version).toMatch(/^v1(alpha1)?$/)
  })
})
