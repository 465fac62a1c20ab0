package main

import (
	"context"
	"fmt"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/tools/pager"
	"k8s.io/client-go/util/retry"
)

var dynamicPaths = dynamic.LegacyAPIPathResolverFunc

// Five writers on one object: each may lose many times before its turn comes.
var patientBackoff = wait.Backoff{Steps: 200, Duration: 5 * time.Millisecond, Factor: 1.1, Jitter: 1, Cap: time.Second}

var requestChecks = []check{
	{"writers who conflict look again until all are done", func(ctx context.Context, at *site) error {
		api := at.clients.CoreV1().ConfigMaps(at.namespace)
		if _, err := api.Create(ctx, configMap("a", nil, map[string]string{}), metav1.CreateOptions{}); err != nil {
			return err
		}
		const writers = 5
		done := make(chan error, writers)
		for index := range writers {
			go func() {
				done <- retry.OnError(patientBackoff, apierrors.IsConflict, func() error {
					got, err := api.Get(ctx, "a", metav1.GetOptions{})
					if err != nil {
						return err
					}
					if got.Data == nil {
						got.Data = map[string]string{}
					}
					got.Data[fmt.Sprint(index)] = "here"
					_, err = api.Update(ctx, got, metav1.UpdateOptions{})
					return err
				})
			}()
		}
		for range writers {
			if err := <-done; err != nil {
				return err
			}
		}
		got, err := api.Get(ctx, "a", metav1.GetOptions{})
		if err != nil {
			return err
		}
		return expect(len(got.Data) == writers, "data is %v", got.Data)
	}},
	{"a list in pages has every object once", func(ctx context.Context, at *site) error {
		api := at.clients.CoreV1().ConfigMaps(at.namespace)
		for index := range 23 {
			labels := map[string]string{"of": "pages"}
			if _, err := api.Create(ctx, configMap(fmt.Sprintf("p%02d", index), labels, nil), metav1.CreateOptions{}); err != nil {
				return err
			}
		}
		pages := pager.New(pager.SimplePageFunc(func(options metav1.ListOptions) (runtime.Object, error) {
			return api.List(ctx, options)
		}))
		pages.PageSize = 5
		seen := map[string]int{}
		err := pages.EachListItem(ctx, metav1.ListOptions{LabelSelector: "of=pages"}, func(object runtime.Object) error {
			seen[object.(*corev1.ConfigMap).Name]++
			return nil
		})
		if err != nil {
			return err
		}
		for name, count := range seen {
			if count != 1 {
				return fmt.Errorf("%s came %d times", name, count)
			}
		}
		return expect(len(seen) == 23, "%d objects", len(seen))
	}},
	{"objects go as protobuf and come as they went", func(ctx context.Context, at *site) error {
		config := rest.CopyConfig(at.config)
		config.ContentType = "application/vnd.kubernetes.protobuf"
		config.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
		clients, err := kubernetes.NewForConfig(config)
		if err != nil {
			return err
		}
		made, err := clients.CoreV1().Secrets(at.namespace).Create(ctx, &corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{Name: "s", Annotations: map[string]string{"a": "é"}},
			Data:       map[string][]byte{"binary": {0, 255, 128}},
		}, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		got, err := at.clients.CoreV1().Secrets(at.namespace).Get(ctx, "s", metav1.GetOptions{})
		if err != nil {
			return err
		}
		return expect(string(got.Data["binary"]) == string(made.Data["binary"]) && got.Annotations["a"] == "é" && got.UID == made.UID,
			"%v came as %v", made, got)
	}},
	{"an account's token says who it is and what it may", func(ctx context.Context, at *site) error {
		accounts := at.clients.CoreV1().ServiceAccounts(at.namespace)
		account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "robot"}}
		if _, err := accounts.Create(ctx, account, metav1.CreateOptions{}); err != nil {
			return err
		}
		token, err := accounts.CreateToken(ctx, "robot", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		robot, err := kubernetes.NewForConfig(&rest.Config{
			Host:            at.config.Host,
			TLSClientConfig: rest.TLSClientConfig{CAData: at.config.CAData, CAFile: at.config.CAFile},
			BearerToken:     token.Status.Token,
		})
		if err != nil {
			return err
		}
		who, err := robot.AuthenticationV1().SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		if name := "system:serviceaccount:" + at.namespace + ":robot"; who.Status.UserInfo.Username != name {
			return fmt.Errorf("it is %s", who.Status.UserInfo.Username)
		}
		if _, err = robot.CoreV1().Secrets(at.namespace).List(ctx, metav1.ListOptions{}); !apierrors.IsForbidden(err) {
			return fmt.Errorf("not forbidden: %v", err)
		}
		if _, err = at.clients.RbacV1().RoleBindings(at.namespace).Create(ctx, &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: "robot"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "admin"},
			Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Name: "robot", Namespace: at.namespace}},
		}, metav1.CreateOptions{}); err != nil {
			return err
		}
		return until(ctx, "the robot may list secrets", func() (bool, error) {
			review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
				ResourceAttributes: &authorizationv1.ResourceAttributes{Namespace: at.namespace, Verb: "list", Resource: "secrets"},
			}}
			answer, err := robot.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
			if err != nil || !answer.Status.Allowed {
				return false, err
			}
			_, err = robot.CoreV1().Secrets(at.namespace).List(ctx, metav1.ListOptions{})
			return err == nil, err
		})
	}},
	{"an event that is told again is one series", func(ctx context.Context, at *site) error {
		about, err := at.clients.CoreV1().ConfigMaps(at.namespace).Create(ctx, configMap("a", nil, nil), metav1.CreateOptions{})
		if err != nil {
			return err
		}
		broadcaster := events.NewBroadcaster(&events.EventSinkImpl{Interface: at.clients.EventsV1()})
		defer broadcaster.Shutdown()
		if err := broadcaster.StartRecordingToSinkWithContext(ctx); err != nil {
			return err
		}
		recorder := broadcaster.NewRecorder(scheme.Scheme, "judge")
		recorder.Eventf(about, nil, corev1.EventTypeNormal, "Tried", "Try", "first")
		count := func() (int, bool, error) {
			list, err := at.clients.EventsV1().Events(at.namespace).List(ctx, metav1.ListOptions{})
			if err != nil {
				return 0, false, err
			}
			isSeries := len(list.Items) > 0 && list.Items[0].Series != nil
			return len(list.Items), isSeries, nil
		}
		if err := until(ctx, "the event is there", func() (bool, error) {
			found, _, err := count()
			return found == 1, err
		}); err != nil {
			return err
		}
		recorder.Eventf(about, nil, corev1.EventTypeNormal, "Tried", "Try", "first")
		return until(ctx, "the event is a series", func() (bool, error) {
			found, isSeries, err := count()
			if err == nil && found != 1 {
				err = fmt.Errorf("%d events", found)
			}
			return isSeries, err
		})
	}},
	{"patches of three kinds change what they name", func(ctx context.Context, at *site) error {
		api := at.clients.CoreV1().ConfigMaps(at.namespace)
		if _, err := api.Create(ctx, configMap("a", nil, map[string]string{"one": "1"}), metav1.CreateOptions{}); err != nil {
			return err
		}
		for kind, patch := range map[types.PatchType]string{
			types.MergePatchType:          `{"data":{"merge":"1"}}`,
			types.JSONPatchType:           `[{"op":"add","path":"/data/json","value":"1"}]`,
			types.StrategicMergePatchType: `{"data":{"strategic":"1"}}`,
		} {
			if _, err := api.Patch(ctx, "a", kind, []byte(patch), metav1.PatchOptions{}); err != nil {
				return err
			}
		}
		got, err := api.Get(ctx, "a", metav1.GetOptions{})
		if err != nil {
			return err
		}
		return expect(len(got.Data) == 4, "data is %v", got.Data)
	}},
}
