package main

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

type candidate struct {
	leads  chan string
	leave  context.CancelFunc
	closed chan struct{}
}

func stand(ctx context.Context, at *site, name string, leads chan string) (*candidate, error) {
	lock, err := resourcelock.New(resourcelock.LeasesResourceLock, at.namespace, "leader",
		at.clients.CoreV1(), at.clients.CoordinationV1(), resourcelock.ResourceLockConfig{Identity: name})
	if err != nil {
		return nil, err
	}
	own, leave := context.WithCancel(ctx)
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock: lock, ReleaseOnCancel: true,
		LeaseDuration: 15 * time.Second, RenewDeadline: 10 * time.Second, RetryPeriod: 200 * time.Millisecond,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { leads <- name },
			OnStoppedLeading: func() {},
		},
	})
	if err != nil {
		leave()
		return nil, err
	}
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		elector.Run(own)
	}()
	return &candidate{leads: leads, leave: leave, closed: closed}, nil
}

var electionChecks = []check{
	{"one of two candidates leads, and the other when it leaves", func(ctx context.Context, at *site) error {
		leads := make(chan string, 2)
		candidates := map[string]*candidate{}
		for _, name := range []string{"a", "b"} {
			made, err := stand(ctx, at, name, leads)
			if err != nil {
				return err
			}
			candidates[name] = made
			defer func() { made.leave(); <-made.closed }()
		}
		var first, second string
		select {
		case first = <-leads:
		case <-ctx.Done():
			return fmt.Errorf("nobody leads")
		}
		lease, err := at.clients.CoordinationV1().Leases(at.namespace).Get(ctx, "leader", metav1.GetOptions{})
		if err != nil {
			return err
		}
		if *lease.Spec.HolderIdentity != first {
			return fmt.Errorf("%s leads, the lease says %s", first, *lease.Spec.HolderIdentity)
		}
		candidates[first].leave()
		select {
		case second = <-leads:
		case <-ctx.Done():
			return fmt.Errorf("nobody leads after %s", first)
		}
		return expect(second != first, "%s leads again", second)
	}},
}
