//go:build node

package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

// `volumes KUBECONFIG DIRECTORY NODE` provides a volume for each claim as it appears: a directory of its own below
// DIRECTORY, as a `local` volume, because Kubernetes applies fsGroup to `local` and not to `hostPath`.
func init() {
	programs["volumes"] = func() {
		if err := provideVolumes(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func provideVolumes(args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("usage: volumes KUBECONFIG DIRECTORY NODE")
	}
	config, err := clientcmd.BuildConfigFromFlags("", args[0])
	if err != nil {
		return fmt.Errorf("read %s: %w", args[0], err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("make a client: %w", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	provide := func(object any) {
		claim := object.(*core.PersistentVolumeClaim)
		if err := provide(ctx, client, claim, args[1], args[2]); err != nil {
			fmt.Fprintf(os.Stderr, "claim %s/%s: %v\n", claim.Namespace, claim.Name, err)
		}
	}
	// Every claim comes again after a while: one whose volume could not be made gets it then.
	claims := informers.NewSharedInformerFactory(client, 5*time.Second).Core().V1().PersistentVolumeClaims().Informer()
	again := func(_, claim any) { provide(claim) }
	if _, err := claims.AddEventHandler(cache.ResourceEventHandlerFuncs{AddFunc: provide, UpdateFunc: again}); err != nil {
		return fmt.Errorf("watch claims: %w", err)
	}
	claims.RunWithContext(ctx)
	return nil
}

func provide(ctx context.Context, client kubernetes.Interface, claim *core.PersistentVolumeClaim, directory, node string) error {
	if claim.Spec.VolumeName != "" {
		return nil
	}
	// The claim's UID in the name: a claim that is deleted and made again gets an empty volume, as from a real provisioner.
	name := fmt.Sprintf("%s-%s-%s", claim.Namespace, claim.Name, claim.UID[:8])
	path := filepath.Join(directory, name)
	if err := os.Mkdir(path, 0o755); err != nil && !os.IsExist(err) {
		return err
	}
	class := ""
	if claim.Spec.StorageClassName != nil {
		class = *claim.Spec.StorageClassName
	}
	volume := &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: name},
		Spec: core.PersistentVolumeSpec{
			AccessModes:                   claim.Spec.AccessModes,
			Capacity:                      core.ResourceList{core.ResourceStorage: claim.Spec.Resources.Requests[core.ResourceStorage]},
			ClaimRef:                      &core.ObjectReference{Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID},
			PersistentVolumeReclaimPolicy: core.PersistentVolumeReclaimRetain,
			PersistentVolumeSource:        core.PersistentVolumeSource{Local: &core.LocalVolumeSource{Path: path}},
			StorageClassName:              class,
			VolumeMode:                    claim.Spec.VolumeMode,
			NodeAffinity: &core.VolumeNodeAffinity{Required: &core.NodeSelector{NodeSelectorTerms: []core.NodeSelectorTerm{{
				MatchExpressions: []core.NodeSelectorRequirement{{
					Key: core.LabelHostname, Operator: core.NodeSelectorOpIn, Values: []string{node},
				}},
			}}}},
		},
	}
	_, err := client.CoreV1().PersistentVolumes().Create(ctx, volume, meta.CreateOptions{})
	if errors.IsAlreadyExists(err) {
		return nil
	}
	return err
}
