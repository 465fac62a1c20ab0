// The client-go side of the benchmark: one shared informer, told over stdin what to do, answering on stdout.
// The protocol is that of ../../bench/clients/client-loop.ts.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

type command struct {
	Do    string `json:"do"`
	Count int64  `json:"count"`
}

// meter tells when so many events have been heard since it was set.
type meter struct {
	left    atomic.Int64
	first   atomic.Int64
	reached chan struct{}
}

func (m *meter) set(count int64) {
	m.reached = make(chan struct{})
	m.first.Store(0)
	m.left.Store(count)
}

func (m *meter) heard() {
	m.first.CompareAndSwap(0, time.Now().UnixNano())
	if m.left.Add(-1) == 0 {
		close(m.reached)
	}
}

func cpuMs() float64 {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e6
}

// statusMB reads a figure of /proc/self/status in MB (1e6 bytes); 0 where there is no such file.
func statusMB(name string) float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(text), "\n") {
		if value, found := strings.CutPrefix(line, name+":"); found {
			kib, err := strconv.ParseFloat(strings.Fields(value)[0], 64)
			must(err)
			return kib * 1024 / 1e6
		}
	}
	return 0
}

func memory() map[string]float64 {
	for range 3 {
		runtime.GC()
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return map[string]float64{
		"rssMb":  statusMB("VmRSS"),
		"peakMb": statusMB("VmHWM"),
		"heapMb": float64(stats.HeapAlloc) / 1e6,
	}
}

func answer(value any) {
	text, err := json.Marshal(value)
	must(err)
	fmt.Println(string(text))
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// withoutManagedFields: the kit drops them too; the same objects are to be kept.
func withoutManagedFields(object any) (any, error) {
	if accessor, err := meta.Accessor(object); err == nil {
		accessor.SetManagedFields(nil)
	}
	return object, nil
}

// commands are read beside the work: with the benchmark gone, nobody waits for what is under way.
func commands() <-chan command {
	asked := make(chan command)
	go func() {
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			var next command
			must(json.Unmarshal(lines.Bytes(), &next))
			asked <- next
		}
		os.Exit(0)
	}()
	return asked
}

func main() {
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[1])
	must(err)
	// As everybody here: HTTP/1.1, no rate limit of its own.
	config.NextProtos = []string{"http/1.1"}
	config.QPS = -1
	clients, err := kubernetes.NewForConfig(config)
	must(err)
	factory := informers.NewSharedInformerFactory(clients, 0)
	informer := factory.Core().V1().ConfigMaps().Informer()
	must(informer.SetTransform(withoutManagedFields))
	heard := &meter{}
	_, err = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { heard.heard() },
		UpdateFunc: func(any, any) { heard.heard() },
		DeleteFunc: func(any) { heard.heard() },
	})
	must(err)

	stop := make(chan struct{})
	answer(map[string]bool{"ready": true})
	for asked := range commands() {
		switch asked.Do {
		case "memory":
			answer(memory())
		case "sync", "hear":
			heard.set(asked.Count)
			cpu, began := cpuMs(), time.Now()
			if asked.Do == "sync" {
				factory.Start(stop)
			}
			answer(map[string]bool{"ready": true})
			<-heard.reached
			done := time.Now()
			answer(map[string]float64{
				"ms":      float64(done.Sub(began).Nanoseconds()) / 1e6,
				"flowMs":  float64(done.UnixNano()-heard.first.Load()) / 1e6,
				"cpuMs":   cpuMs() - cpu,
				"peakMb":  statusMB("VmHWM"),
				"objects": float64(len(informer.GetStore().ListKeys())),
			})
		case "gets":
			cpu, began := cpuMs(), time.Now()
			for index := range asked.Count {
				var got *corev1.ConfigMap
				namespace, name := fmt.Sprintf("namespace-%d", index%100), fmt.Sprintf("object-%d", index)
				got, err = clients.CoreV1().ConfigMaps(namespace).Get(context.Background(), name, metav1.GetOptions{})
				must(err)
				if got.Name != name {
					must(fmt.Errorf("asked for %s, got %s", name, got.Name))
				}
			}
			answer(map[string]float64{
				"ms":    float64(time.Since(began).Nanoseconds()) / 1e6,
				"cpuMs": cpuMs() - cpu,
			})
		}
	}
}
