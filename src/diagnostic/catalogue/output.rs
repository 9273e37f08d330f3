//! P5xxx: the rendered objects.

codes! { "output":
    DUPLICATE_OBJECT "P5001" Error "Two documents give the same object";
    UNKNOWN_FIELD "P5002" Error "The rendered object has a field that its kind lacks";
    WRONG_TYPE "P5003" Error "The rendered object has a value that its kind cannot hold";
    NAME "P5004" Error "A rendered name is not one that Kubernetes takes";
    LABEL "P5005" Error "A rendered label or annotation is not one that Kubernetes takes";
    QUANTITY "P5006" Error "A rendered quantity is wrong";
    VALUE "P5007" Error "A rendered value is one that the API server refuses";
    DUPLICATE "P5008" Error "A rendered object has the same thing twice";
    REFERENCE "P5009" Error "A rendered object refers to something that it does not have";
    POD_SECURITY "P5010" Error "The pod does not satisfy the Pod Security Standard restricted";
    PLAIN_SECRET "P5011" Warning "A Secret is not encrypted";
    MANY_WRITERS "P5012" Error "Several pods would write an agent's data";
    SUBSTITUTION "P5013" Error "Flux's post-build substitution refuses a text";
    SUBSTITUTED "P5014" Warning "Flux's post-build substitution changes a text";
    VARIABLES "P5015" Error "A source of variables cannot be used";
    RESOURCE_LIST "P5016" Error "A `ResourceList` or its function config cannot be used";
    LATER_RELEASE "P5017" Error "The cluster's Kubernetes does not have a field yet";
    FEATURE_GATE "P5018" Warning "A feature gate of the cluster's Kubernetes decides about a field";
}
