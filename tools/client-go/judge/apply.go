package main

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	appsapply "k8s.io/client-go/applyconfigurations/apps/v1"
	coreapply "k8s.io/client-go/applyconfigurations/core/v1"
	metaapply "k8s.io/client-go/applyconfigurations/meta/v1"
)

func by(manager string) metav1.ApplyOptions { return metav1.ApplyOptions{FieldManager: manager} }

func forcedBy(manager string) metav1.ApplyOptions {
	return metav1.ApplyOptions{FieldManager: manager, Force: true}
}

var applyChecks = []check{
	{"what a manager no longer applies goes, what another applied stays", func(ctx context.Context, at *site) error {
		api := at.clients.CoreV1().ConfigMaps(at.namespace)
		wanted := func(data map[string]string) *coreapply.ConfigMapApplyConfiguration {
			return coreapply.ConfigMap("a", at.namespace).WithData(data)
		}
		if _, err := api.Apply(ctx, wanted(map[string]string{"one": "1", "two": "2"}), by("first")); err != nil {
			return err
		}
		if _, err := api.Apply(ctx, wanted(map[string]string{"three": "3"}), by("second")); err != nil {
			return err
		}
		got, err := api.Apply(ctx, wanted(map[string]string{"one": "1"}), by("first"))
		if err != nil {
			return err
		}
		_, hasTwo := got.Data["two"]
		return expect(!hasTwo && got.Data["three"] == "3" && got.Data["one"] == "1", "data is %v", got.Data)
	}},
	{"a field of another manager is a conflict, and is taken by force", func(ctx context.Context, at *site) error {
		api := at.clients.CoreV1().ConfigMaps(at.namespace)
		wanted := func(value string) *coreapply.ConfigMapApplyConfiguration {
			return coreapply.ConfigMap("a", at.namespace).WithData(map[string]string{"key": value})
		}
		if _, err := api.Apply(ctx, wanted("x"), by("first")); err != nil {
			return err
		}
		_, err := api.Apply(ctx, wanted("y"), by("second"))
		if !apierrors.IsConflict(err) {
			return fmt.Errorf("not a conflict: %v", err)
		}
		if !apierrors.HasStatusCause(err, metav1.CauseTypeFieldManagerConflict) {
			return fmt.Errorf("the conflict names no manager: %#v", err)
		}
		got, err := api.Apply(ctx, wanted("y"), forcedBy("second"))
		if err != nil {
			return err
		}
		// the first one may now apply nothing without taking it away
		got, err = api.Apply(ctx, coreapply.ConfigMap("a", at.namespace), by("first"))
		if err != nil {
			return err
		}
		return expect(got.Data["key"] == "y", "data is %v", got.Data)
	}},
	{"what a manager applied is extracted, and nothing else", func(ctx context.Context, at *site) error {
		api := at.clients.AppsV1().Deployments(at.namespace)
		labels := map[string]string{"app": "x"}
		wanted := appsapply.Deployment("web", at.namespace).WithSpec(appsapply.DeploymentSpec().
			WithReplicas(2).
			WithSelector(metaapply.LabelSelector().WithMatchLabels(labels)).
			WithTemplate(coreapply.PodTemplateSpec().WithLabels(labels).WithSpec(coreapply.PodSpec().WithContainers(
				coreapply.Container().WithName("one").WithImage("example.com/one:1").
					WithEnv(coreapply.EnvVar().WithName("A").WithValue("1"))))))
		got, err := api.Apply(ctx, wanted, by("first"))
		if err != nil {
			return err
		}
		if _, err = api.Apply(ctx, appsapply.Deployment("web", at.namespace).WithSpec(appsapply.DeploymentSpec().
			WithTemplate(coreapply.PodTemplateSpec().WithSpec(coreapply.PodSpec().WithContainers(
				coreapply.Container().WithName("one").WithEnv(coreapply.EnvVar().WithName("B").WithValue("2")))))), by("second")); err != nil {
			return err
		}
		if got, err = api.Get(ctx, "web", metav1.GetOptions{}); err != nil {
			return err
		}
		if count := len(got.Spec.Template.Spec.Containers[0].Env); count != 2 {
			return fmt.Errorf("%d variables, expected 2", count)
		}
		extracted, err := appsapply.ExtractDeployment(got, "second")
		if err != nil {
			return err
		}
		containers := extracted.Spec.Template.Spec.Containers
		if len(containers) != 1 || containers[0].Image != nil || len(containers[0].Env) != 1 {
			return fmt.Errorf("extracted are %+v", containers)
		}
		return expect(extracted.Spec.Replicas == nil, "replicas are extracted too")
	}},
	{"applied twice is written once", func(ctx context.Context, at *site) error {
		api := at.clients.CoreV1().ConfigMaps(at.namespace)
		wanted := coreapply.ConfigMap("a", at.namespace).WithLabels(map[string]string{"app": "x"})
		first, err := api.Apply(ctx, wanted, by("first"))
		if err != nil {
			return err
		}
		again, err := api.Apply(ctx, wanted, by("first"))
		if err != nil {
			return err
		}
		return expect(first.ResourceVersion == again.ResourceVersion, "%s became %s", first.ResourceVersion, again.ResourceVersion)
	}},
	{"an update takes a field from who applied it", func(ctx context.Context, at *site) error {
		api := at.clients.CoreV1().ConfigMaps(at.namespace)
		wanted := coreapply.ConfigMap("a", at.namespace).WithData(map[string]string{"key": "x"})
		got, err := api.Apply(ctx, wanted, by("first"))
		if err != nil {
			return err
		}
		got.Data["key"] = "y"
		if _, err = api.Update(ctx, got, metav1.UpdateOptions{FieldManager: "editor"}); err != nil {
			return err
		}
		_, err = api.Apply(ctx, wanted, by("first"))
		return expect(apierrors.IsConflict(err), "not a conflict: %v", err)
	}},
	{"items of a custom list are applied by their key, status by its path", func(ctx context.Context, at *site) error {
		widgets, err := define(ctx, at)
		if err != nil {
			return err
		}
		api := at.dynamic.Resource(widgets).Namespace(at.namespace)
		part := func(name string) []any { return []any{map[string]any{"name": name, "weight": int64(1)}} }
		if _, err = api.Apply(ctx, "w", widget(at, "w", map[string]any{"parts": part("a")}), by("first")); err != nil {
			return err
		}
		got, err := api.Apply(ctx, "w", widget(at, "w", map[string]any{"parts": part("b")}), by("second"))
		if err != nil {
			return err
		}
		parts, _, err := unstructured.NestedSlice(got.Object, "spec", "parts")
		if err != nil {
			return err
		}
		if len(parts) != 2 {
			return fmt.Errorf("parts are %v", parts)
		}
		status := widget(at, "w", nil)
		status.Object["status"] = map[string]any{"size": int64(2)}
		delete(status.Object, "spec")
		if got, err = api.ApplyStatus(ctx, "w", status, by("controller")); err != nil {
			return err
		}
		size, _, err := unstructured.NestedInt64(got.Object, "status", "size")
		if err != nil {
			return err
		}
		if got, err = api.Apply(ctx, "w", widget(at, "w", map[string]any{}), by("first")); err != nil {
			return err
		}
		left, _, err := unstructured.NestedSlice(got.Object, "spec", "parts")
		if err != nil {
			return err
		}
		return expect(size == 2 && len(left) == 1, "status.size %d, parts left %v", size, left)
	}},
}
