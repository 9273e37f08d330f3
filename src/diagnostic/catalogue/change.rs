//! P6xxx: what a change of rendered objects may do.

codes! { "change":
    PODS_RESTART "P6101" Note "Pods are replaced";
    STOPPED "P6102" Warning "A workload stops";
    WORKLOAD_REMOVED "P6103" Warning "A workload is removed";
    IMMUTABLE "P6104" Error "A field that cannot change does";
    CLAIM_REMOVED "P6201" Error "A volume claim is removed";
    NAMESPACE_REMOVED "P6202" Error "A namespace is removed";
    DEFINITION_REMOVED "P6203" Error "A definition of a kind is removed";
    VOLUME_SHRUNK "P6204" Error "A volume shrinks";
    STORAGE_CLASS "P6205" Error "The storage class of a claim changes";
    VOLUME_LEFT "P6206" Warning "A Pod no longer mounts its volume";
    RETENTION "P6207" Warning "Volume claims are deleted with their workload";
    ACCESS_WIDENED "P6301" Warning "Rights in the cluster are widened";
    PRIVILEGE_RAISED "P6302" Warning "A Pod loses a protection";
    EGRESS_OPENED "P6303" Warning "A policy lets more traffic out";
    INGRESS_OPENED "P6304" Warning "A policy lets more traffic in";
    EXPOSED "P6305" Warning "A way in from outside the cluster";
    SECRET_REFERENCE "P6306" Warning "Another Secret is read";
    SECRET_VALUE "P6307" Note "The values of a Secret differ";
    IMAGE_PATCH "P6401" Note "An image moves by a patch";
    IMAGE_MINOR "P6402" Note "An image moves by a minor version";
    IMAGE_MAJOR "P6403" Warning "An image moves by a major version";
    IMAGE_DIGEST "P6404" Warning "An image has the same tag and another digest";
    IMAGE_FLOATING "P6405" Warning "An image has a tag that moves";
    IMAGE_OLDER "P6406" Warning "An image moves back";
    IMAGE_OTHER "P6407" Warning "Another image";
    MODEL "P6501" Warning "The model or its provider changes";
    PERSONA "P6502" Warning "Who the agent is told to be changes";
    SKILLS "P6503" Warning "What the agent can do changes";
    APPROVAL "P6504" Warning "What the agent must ask for changes";
    SELF_CONFIGURATION "P6505" Warning "What the agent may change about itself is widened";
    SEAM "P6506" Error "An object in Git takes the place of the controller's";
    JOBS "P6507" Warning "What the agent does by itself changes";
}
