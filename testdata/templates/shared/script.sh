#!/bin/sh
# ${#1} {{ not an expression }}
echo "$1"
