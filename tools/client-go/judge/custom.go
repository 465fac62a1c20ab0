package main

import (
	"context"
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var definitions = schema.GroupVersionResource{
	Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions",
}

const definitionText = `{
  "apiVersion": "apiextensions.k8s.io/v1",
  "kind": "CustomResourceDefinition",
  "metadata": {"name": "widgets.judge.example.com"},
  "spec": {
    "group": "judge.example.com",
    "scope": "Namespaced",
    "names": {"plural": "widgets", "singular": "widget", "kind": "Widget", "shortNames": ["wg"]},
    "versions": [{
      "name": "v1", "served": true, "storage": true,
      "subresources": {"status": {}, "scale": {"specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size"}},
      "schema": {"openAPIV3Schema": {"type": "object", "properties": {
        "spec": {"type": "object", "properties": {
          "size": {"type": "integer"},
          "colour": {"type": "string", "default": "red"},
          "parts": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"], "items": {
            "type": "object", "required": ["name"],
            "properties": {"name": {"type": "string"}, "weight": {"type": "integer"}}
          }}
        }},
        "status": {"type": "object", "properties": {"size": {"type": "integer"}}}
      }}}
    }]
  }
}`

// define makes the widgets, if they are not there, and waits until they are served.
func define(ctx context.Context, at *site) (schema.GroupVersionResource, error) {
	widgets := schema.GroupVersionResource{Group: "judge.example.com", Version: "v1", Resource: "widgets"}
	var definition map[string]any
	if err := json.Unmarshal([]byte(definitionText), &definition); err != nil {
		return widgets, err
	}
	applied := &unstructured.Unstructured{Object: definition}
	options := metav1.ApplyOptions{FieldManager: "judge", Force: true}
	if _, err := at.dynamic.Resource(definitions).Apply(ctx, applied.GetName(), applied, options); err != nil {
		return widgets, err
	}
	return widgets, until(ctx, "widgets are served", func() (bool, error) {
		_, err := at.dynamic.Resource(widgets).Namespace(at.namespace).List(ctx, metav1.ListOptions{})
		return err == nil, nil
	})
}

func widget(at *site, name string, spec map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "judge.example.com/v1",
		"kind":       "Widget",
		"metadata":   map[string]any{"name": name, "namespace": at.namespace},
		"spec":       spec,
	}}
}
