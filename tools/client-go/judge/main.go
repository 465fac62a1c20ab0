// A judge of API servers: does with client-go what programs in Go do, and says of each thing whether it went as it
// has to. Usage: judge KUBECONFIG, of an administrator. Prints `ok SENTENCE` or `FAILED SENTENCE: WHY`, a line each;
// exit 1 when something failed. What it makes is in namespaces of its own, and gone afterwards.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// patience bounds every wait: a busy machine is slow, a lost event never comes.
const patience = 90 * time.Second

// site is what a check works on.
type site struct {
	config  *rest.Config
	clients kubernetes.Interface
	dynamic dynamic.Interface
	// namespace is the check's own.
	namespace string
}

// check is one thing that has to hold.
type check struct {
	sentence string
	run      func(ctx context.Context, at *site) error
}

func checks() []check {
	all := [][]check{informerChecks, metadataChecks, applyChecks, electionChecks, discoveryChecks, requestChecks}
	var flat []check
	for _, some := range all {
		flat = append(flat, some...)
	}
	return flat
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: judge KUBECONFIG")
		os.Exit(2)
	}
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	config.QPS = -1
	config.UserAgent = "judge/1.0"
	failed := 0
	for index, each := range checks() {
		if err := carryOut(config, index, each); err != nil {
			failed++
			fmt.Printf("FAILED %s: %v\n", each.sentence, err)
		} else {
			fmt.Printf("ok %s\n", each.sentence)
		}
	}
	if failed > 0 {
		os.Exit(1)
	}
}

func carryOut(config *rest.Config, index int, each check) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	dynamicClient, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	namespace := fmt.Sprintf("judge-%d", index)
	_, err = clients.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{
		ObjectMeta: metav1.ObjectMeta{Name: namespace},
	}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	defer func() {
		after, stop := context.WithTimeout(context.Background(), patience)
		defer stop()
		err = errors.Join(err, clients.CoreV1().Namespaces().Delete(after, namespace, metav1.DeleteOptions{}))
	}()
	return each.run(ctx, &site{config: config, clients: clients, dynamic: dynamicClient, namespace: namespace})
}

// until repeats a look until it says true, or the context ends.
func until(ctx context.Context, what string, look func() (bool, error)) error {
	for {
		done, err := look()
		if err != nil {
			return err
		}
		if done {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited in vain: %s", what)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func expect(holds bool, format string, args ...any) error {
	if holds {
		return nil
	}
	return fmt.Errorf(format, args...)
}
