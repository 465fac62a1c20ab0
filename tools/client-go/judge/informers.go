package main

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/tools/cache"
	watchtools "k8s.io/client-go/tools/watch"
)

var configMaps = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}

func configMap(name string, labels, data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}, Data: data}
}

var informerChecks = []check{
	{"a shared informer begins with what is there and follows every change", func(ctx context.Context, at *site) error {
		api := at.clients.CoreV1().ConfigMaps(at.namespace)
		for _, name := range []string{"a", "b"} {
			if _, err := api.Create(ctx, configMap(name, nil, map[string]string{"n": "1"}), metav1.CreateOptions{}); err != nil {
				return err
			}
		}
		factory := informers.NewSharedInformerFactoryWithOptions(at.clients, 0, informers.WithNamespace(at.namespace))
		informer := factory.Core().V1().ConfigMaps()
		events := make(chan string, 100)
		if _, err := informer.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc: func(object any) { events <- "add " + object.(*corev1.ConfigMap).Name },
			UpdateFunc: func(_, object any) {
				events <- "update " + object.(*corev1.ConfigMap).Name + " " + object.(*corev1.ConfigMap).Data["n"]
			},
			DeleteFunc: func(object any) {
				if gone, isGone := object.(cache.DeletedFinalStateUnknown); isGone {
					object = gone.Obj
				}
				events <- "delete " + object.(*corev1.ConfigMap).Name
			},
		}); err != nil {
			return err
		}
		factory.Start(ctx.Done())
		if !cache.WaitForCacheSync(ctx.Done(), informer.Informer().HasSynced) {
			return fmt.Errorf("it did not synchronise")
		}
		if err := saw(ctx, events, "add a", "add b"); err != nil {
			return err
		}
		changed := configMap("a", nil, map[string]string{"n": "2"})
		if _, err := api.Update(ctx, changed, metav1.UpdateOptions{}); err != nil {
			return err
		}
		if err := saw(ctx, events, "update a 2"); err != nil {
			return err
		}
		if err := api.Delete(ctx, "b", metav1.DeleteOptions{}); err != nil {
			return err
		}
		if err := saw(ctx, events, "delete b"); err != nil {
			return err
		}
		kept, err := informer.Lister().ConfigMaps(at.namespace).Get("a")
		if err != nil {
			return err
		}
		return expect(kept.Data["n"] == "2", "the lister has n=%s", kept.Data["n"])
	}},
	{"an informer with a selector sees objects come into it and leave it", func(ctx context.Context, at *site) error {
		api := at.clients.CoreV1().ConfigMaps(at.namespace)
		factory := informers.NewSharedInformerFactoryWithOptions(at.clients, 0, informers.WithNamespace(at.namespace),
			informers.WithTweakListOptions(func(options *metav1.ListOptions) { options.LabelSelector = "app in (x, y)" }))
		informer := factory.Core().V1().ConfigMaps().Informer()
		events := make(chan string, 100)
		if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc:    func(object any) { events <- "add " + object.(*corev1.ConfigMap).Name },
			DeleteFunc: func(any) { events <- "delete" },
		}); err != nil {
			return err
		}
		factory.Start(ctx.Done())
		if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
			return fmt.Errorf("it did not synchronise")
		}
		if _, err := api.Create(ctx, configMap("a", map[string]string{"app": "z"}, nil), metav1.CreateOptions{}); err != nil {
			return err
		}
		for _, step := range []struct{ app, event string }{{"x", "add a"}, {"z", "delete"}} {
			if _, err := api.Update(ctx, configMap("a", map[string]string{"app": step.app}, nil), metav1.UpdateOptions{}); err != nil {
				return err
			}
			if err := saw(ctx, events, step.event); err != nil {
				return err
			}
		}
		return nil
	}},
	{"a dynamic informer follows custom resources", func(ctx context.Context, at *site) error {
		widgets, err := define(ctx, at)
		if err != nil {
			return err
		}
		factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(at.dynamic, 0, at.namespace, nil)
		informer := factory.ForResource(widgets).Informer()
		events := make(chan string, 100)
		if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc: func(object any) { events <- "add " + object.(*unstructured.Unstructured).GetName() },
		}); err != nil {
			return err
		}
		factory.Start(ctx.Done())
		if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
			return fmt.Errorf("it did not synchronise")
		}
		made := widget(at, "one", map[string]any{"size": int64(3)})
		if _, err := at.dynamic.Resource(widgets).Namespace(at.namespace).Create(ctx, made, metav1.CreateOptions{}); err != nil {
			return err
		}
		return saw(ctx, events, "add one")
	}},
	{"a watch that is begun again at a version misses nothing", func(ctx context.Context, at *site) error {
		api := at.clients.CoreV1().ConfigMaps(at.namespace)
		// a controller manager puts a ConfigMap of its own into every new namespace, when it likes
		ours := map[string]string{"app": "retried"}
		list, err := api.List(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		for index := range 20 {
			if _, err := api.Create(ctx, configMap(fmt.Sprintf("c%02d", index), ours, nil), metav1.CreateOptions{}); err != nil {
				return err
			}
		}
		listAndWatch := &cache.ListWatch{
			WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
				options.LabelSelector = "app=retried"
				return api.Watch(ctx, options)
			},
		}
		watcher, err := watchtools.NewRetryWatcherWithContext(ctx, list.ResourceVersion, listAndWatch)
		if err != nil {
			return err
		}
		defer watcher.Stop()
		for index := range 20 {
			select {
			case event := <-watcher.ResultChan():
				object, isConfigMap := event.Object.(*corev1.ConfigMap)
				if !isConfigMap || object.Name != fmt.Sprintf("c%02d", index) {
					return fmt.Errorf("event %d is %s of %v", index, event.Type, event.Object)
				}
			case <-ctx.Done():
				return fmt.Errorf("event %d did not come", index)
			}
		}
		return nil
	}},
}

var metadataChecks = []check{
	{"an informer of metadata has labels and no data", func(ctx context.Context, at *site) error {
		client, err := metadata.NewForConfig(at.config)
		if err != nil {
			return err
		}
		made := configMap("a", map[string]string{"app": "x"}, map[string]string{"n": "1"})
		if _, err := at.clients.CoreV1().ConfigMaps(at.namespace).Create(ctx, made, metav1.CreateOptions{}); err != nil {
			return err
		}
		factory := metadatainformer.NewFilteredSharedInformerFactory(client, 0, at.namespace, nil)
		informer := factory.ForResource(configMaps)
		informer.Informer()
		factory.Start(ctx.Done())
		if !cache.WaitForCacheSync(ctx.Done(), informer.Informer().HasSynced) {
			return fmt.Errorf("it did not synchronise")
		}
		object, err := informer.Lister().ByNamespace(at.namespace).Get("a")
		if err != nil {
			return err
		}
		partial, isPartial := object.(*metav1.PartialObjectMetadata)
		return expect(isPartial && partial.Labels["app"] == "x", "it has %#v", object)
	}},
}

// saw waits for these events, in any order, and for no other before them.
func saw(ctx context.Context, events <-chan string, wanted ...string) error {
	missing := map[string]bool{}
	for _, each := range wanted {
		missing[each] = true
	}
	for len(missing) > 0 {
		select {
		case event := <-events:
			if !missing[event] && event != "add kube-root-ca.crt" {
				return fmt.Errorf("event %q, expected one of %v", event, missing)
			}
			delete(missing, event)
		case <-ctx.Done():
			return fmt.Errorf("these events did not come: %v", missing)
		}
	}
	return nil
}
