#ifndef HUBS_CHIREDIS_SHIM_H
#define HUBS_CHIREDIS_SHIM_H

/* The include folder differs: Debian's and hiredis' own pkg-config file point above or into "hiredis/". */
#if __has_include(<hiredis/hiredis.h>)
#include <hiredis/hiredis.h>
#include <hiredis/read.h>
#else
#include <hiredis.h>
#include <read.h>
#endif

#endif
