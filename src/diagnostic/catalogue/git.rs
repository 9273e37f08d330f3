//! P69xx: the project file and what is written to Git.

codes! { "git":
    PROJECT_VALUE "P6901" Error "The project file has a value that cannot be used";
    TARGET_TWICE "P6902" Error "Two targets have the same name or write to the same place";
    OVERLAY "P6903" Error "An overlay cannot be applied";
    OVERLAY_UNUSED "P6904" Warning "An overlay changes nothing";
}
