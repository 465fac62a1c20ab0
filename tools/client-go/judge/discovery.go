package main

import (
	"context"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/openapi"
	"k8s.io/client-go/openapi3"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/scale"
)

var discoveryChecks = []check{
	{"kinds are found by discovery, built-in and custom ones", func(ctx context.Context, at *site) error {
		if _, err := define(ctx, at); err != nil {
			return err
		}
		mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(at.clients.Discovery()))
		for kind, resource := range map[schema.GroupKind]string{
			{Kind: "ConfigMap"}:                                "configmaps",
			{Group: "apps", Kind: "Deployment"}:                "deployments",
			{Group: "judge.example.com", Kind: "Widget"}:       "widgets",
			{Group: "coordination.k8s.io", Kind: "Lease"}:      "leases",
			{Group: "rbac.authorization.k8s.io", Kind: "Role"}: "roles",
		} {
			mapping, err := mapper.RESTMapping(kind)
			if err != nil {
				return err
			}
			if mapping.Resource.Resource != resource {
				return fmt.Errorf("%s is %s", kind, mapping.Resource.Resource)
			}
		}
		expander := restmapper.NewShortcutExpander(mapper, at.clients.Discovery(), nil)
		found, err := expander.ResourceFor(schema.GroupVersionResource{Resource: "wg"})
		if err != nil {
			return err
		}
		return expect(found.Resource == "widgets", "wg is %v", found)
	}},
	{"discovery has the same resources in one answer and in many", func(_ context.Context, at *site) error {
		inOne := discovery.NewDiscoveryClientForConfigOrDie(at.config)
		inMany := discovery.NewDiscoveryClientForConfigOrDie(at.config)
		inMany.UseLegacyDiscovery = true
		var names [2][]string
		for index, client := range []*discovery.DiscoveryClient{inOne, inMany} {
			_, lists, err := client.ServerGroupsAndResources()
			if err != nil {
				return err
			}
			for _, list := range lists {
				for _, resource := range list.APIResources {
					names[index] = append(names[index], list.GroupVersion+" "+resource.Name+" "+fmt.Sprint(resource.Verbs))
				}
			}
			slices.Sort(names[index])
		}
		return expect(slices.Equal(names[0], names[1]) && len(names[0]) > 50, "%d and %d resources", len(names[0]), len(names[1]))
	}},
	{"schemas are found in OpenAPI v3", func(ctx context.Context, at *site) error {
		if _, err := define(ctx, at); err != nil {
			return err
		}
		return until(ctx, "the schema of widgets is published", func() (bool, error) {
			var client openapi.Client = at.clients.Discovery().OpenAPIV3()
			root := openapi3.NewRoot(client)
			versions, err := root.GroupVersions()
			if err != nil {
				return false, err
			}
			widgets := schema.GroupVersion{Group: "judge.example.com", Version: "v1"}
			if !slices.Contains(versions, widgets) {
				return false, nil
			}
			spec, err := root.GVSpec(widgets)
			if err != nil {
				return false, err
			}
			_, has := spec.Components.Schemas["com.example.judge.v1.Widget"]
			if !has {
				return false, fmt.Errorf("it has %d schemas, none of the widget", len(spec.Components.Schemas))
			}
			return true, nil
		})
	}},
	{"the scale of a kind is found and changed by discovery alone", func(ctx context.Context, at *site) error {
		widgets, err := define(ctx, at)
		if err != nil {
			return err
		}
		made := widget(at, "w", map[string]any{"size": int64(1)})
		if _, err = at.dynamic.Resource(widgets).Namespace(at.namespace).Create(ctx, made, metav1.CreateOptions{}); err != nil {
			return err
		}
		cached := memory.NewMemCacheClient(at.clients.Discovery())
		mapper := restmapper.NewDeferredDiscoveryRESTMapper(cached)
		client, err := scale.NewForConfig(at.config, mapper, dynamicPaths, scale.NewDiscoveryScaleKindResolver(cached))
		if err != nil {
			return err
		}
		current, err := client.Scales(at.namespace).Get(ctx, widgets.GroupResource(), "w", metav1.GetOptions{})
		if err != nil {
			return err
		}
		current.Spec.Replicas = 5
		changed, err := client.Scales(at.namespace).Update(ctx, widgets.GroupResource(), current, metav1.UpdateOptions{})
		if err != nil {
			return err
		}
		return expect(changed.Spec.Replicas == 5, "%d replicas", changed.Spec.Replicas)
	}},
}
