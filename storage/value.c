#include "storage/value.h"
