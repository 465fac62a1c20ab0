// The operator framework's own judgement of a bundle and of a catalog: its validators, opm's checks of a bundle's format and
// content, and what opm would make of the bundle in a catalog. One line of JSON for each thing said, on stdout.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/template"

	"github.com/blang/semver/v4"
	"github.com/operator-framework/api/pkg/manifests"
	"github.com/operator-framework/api/pkg/validation"
	validationerrors "github.com/operator-framework/api/pkg/validation/errors"
	"github.com/operator-framework/operator-registry/alpha/action"
	"github.com/operator-framework/operator-registry/alpha/action/migrations"
	"github.com/operator-framework/operator-registry/alpha/declcfg"
	catalogtemplate "github.com/operator-framework/operator-registry/alpha/template"
	"github.com/operator-framework/operator-registry/pkg/image/execregistry"
	"github.com/operator-framework/operator-registry/pkg/lib/bundle"
	"github.com/sirupsen/logrus"
)

// verdict is one thing said of one thing.
type verdict struct {
	By      string `json:"by"`
	Level   string `json:"level"`
	Message string `json:"message"`
}

var verdicts = json.NewEncoder(os.Stdout)

func say(by, level, message string) {
	if err := verdicts.Encode(verdict{by, level, message}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func sayError(by string, err error) {
	if err == nil {
		say(by, "ok", "")
		return
	}
	var several bundle.ValidationError
	if errors.As(err, &several) {
		for _, one := range several.Errors {
			say(by, "error", one.Error())
		}
		return
	}
	say(by, "error", err.Error())
}

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: judge FOLDER IMAGE-OF-THE-BUNDLE FILE-FOR-THE-RENDERED-CATALOG [VERSION-TO-UPGRADE-FROM...]")
		os.Exit(2)
	}
	folder, image, rendered := os.Args[1], os.Args[2], os.Args[3]
	bundleDir := filepath.Join(folder, "bundle")

	validators(bundleDir)
	opmBundle(bundleDir)
	catalog(filepath.Join(folder, "catalog"), os.Args[4:])
	render(bundleDir, filepath.Join(folder, "catalog-template.yaml"), image, rendered)
}

// validators runs what operator-sdk bundle validate runs, without what asks registries or is deprecated.
func validators(dir string) {
	loaded, err := manifests.GetBundleFromDir(dir)
	if err != nil {
		sayError("load", err)
		return
	}
	objects := loaded.ObjectsToValidate()
	all := map[string]interface {
		Validate(...interface{}) []validationerrors.ManifestResult
	}{
		"csv":          validation.ClusterServiceVersionValidator,
		"crd":          validation.CustomResourceDefinitionValidator,
		"bundle":       validation.BundleValidator,
		"operatorhub":  validation.OperatorHubV2Validator,
		"categories":   validation.StandardCategoriesValidator,
		"capabilities": validation.StandardCapabilitiesValidator,
		"object":       validation.ObjectValidator,
		"removed-apis": validation.AlphaDeprecatedAPIsValidator,
		"practices":    validation.GoodPracticesValidator,
	}
	for name, validator := range all {
		isFine := true
		for _, result := range validator.Validate(objects...) {
			for _, one := range result.Errors {
				isFine = false
				say(name, "error", one.Error())
			}
			for _, one := range result.Warnings {
				isFine = false
				say(name, "warning", one.Error())
			}
		}
		if isFine {
			say(name, "ok", "")
		}
	}
}

// opmBundle runs what opm alpha bundle validate runs once it has unpacked the image.
func opmBundle(dir string) {
	quiet := logrus.New()
	quiet.SetOutput(io.Discard)
	validator := bundle.NewImageValidator((*execregistry.Registry)(nil), logrus.NewEntry(quiet))
	sayError("opm-format", validator.ValidateBundleFormat(dir))
	sayError("opm-content", validator.ValidateBundleContent(filepath.Join(dir, "manifests")))
}

// catalog runs what opm validate runs, and looks for a way from each of these versions to the head of the default channel.
func catalog(dir string, versions []string) {
	loaded, err := declcfg.LoadFS(context.Background(), os.DirFS(dir))
	if err != nil {
		sayError("opm-catalog", err)
		return
	}
	model, err := declcfg.ConvertToModel(*loaded)
	if err != nil {
		sayError("opm-catalog", err)
		return
	}
	sayError("opm-catalog", model.Validate())
	for _, pkg := range model {
		head, err := pkg.DefaultChannel.Head()
		if err != nil {
			sayError("upgrade", err)
			continue
		}
		for _, version := range versions {
			sayError("upgrade-from-"+version, reaches(head.SkipRange, version))
		}
	}
}

// reaches says, as OLM does, whether a version may skip to what has this range.
func reaches(skipRange, version string) error {
	within, err := semver.ParseRange(skipRange)
	if err != nil {
		return err
	}
	parsed, err := semver.Parse(version)
	if err != nil {
		return err
	}
	if !within(parsed) {
		return fmt.Errorf("%s is not in %q", version, skipRange)
	}
	return nil
}

// render writes what opm would render from the template, with the bundle of the folder in the place of its image.
func render(bundleDir, templateFile, bundleImage, file string) {
	everything, err := migrations.NewMigrations(migrations.AllMigrations)
	if err != nil {
		sayError("opm-render", err)
		return
	}
	renderBundle := func(ctx context.Context, ref string) (*declcfg.DeclarativeConfig, error) {
		if ref != bundleImage {
			return nil, fmt.Errorf("the template names the image %q, expected was %q", ref, bundleImage)
		}
		imageRef, err := template.New("image").Parse(bundleImage)
		if err != nil {
			return nil, err
		}
		return action.Render{
			Refs:             []string{bundleDir},
			AllowedRefMask:   action.RefBundleDir,
			ImageRefTemplate: imageRef,
			Migrations:       everything,
		}.Run(ctx)
	}
	sayError("opm-render", func() error {
		reader, err := os.Open(templateFile)
		if err != nil {
			return err
		}
		defer reader.Close()
		basic, replay, err := catalogtemplate.NewRegistry().CreateTemplateBySchema(reader, renderBundle)
		if err != nil {
			return err
		}
		config, err := basic.Render(context.Background(), replay)
		if err != nil {
			return err
		}
		out, err := os.Create(file)
		if err != nil {
			return err
		}
		if err := declcfg.WriteJSON(*config, out); err != nil {
			return err
		}
		return out.Close()
	}())
}
