#include "place.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct entry {
  uint8_t *name;
  size_t name_size;
  uint8_t *bytes;
  size_t size;
};

struct place {
  pthread_mutex_t lock;
  struct entry *entries;
  size_t count;
  size_t room;
};

static int compared(const struct entry *entry, account_security_bytes name) {
  size_t shorter = entry->name_size < name.size ? entry->name_size : name.size;
  int order = shorter == 0 ? 0 : memcmp(entry->name, name.data, shorter);
  return order != 0 ? order : (entry->name_size > name.size) - (entry->name_size < name.size);
}

/* The first entry that is not before the name. */
static size_t place_of(const struct place *place, account_security_bytes name) {
  size_t low = 0, high = place->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (compared(&place->entries[middle], name) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static struct entry *found(const struct place *place, account_security_bytes name) {
  size_t at = place_of(place, name);
  return at < place->count && compared(&place->entries[at], name) == 0 ? &place->entries[at] : NULL;
}

static int put(account_security_sink *sink, const struct entry *entry) {
  account_security_result result = account_security_sink_put(
      sink, account_security_bytes_of(entry->name, entry->name_size), account_security_bytes_of(entry->bytes, entry->size));
  return result == ACCOUNT_SECURITY_OK;
}

static int32_t get(void *ctx, account_security_bytes name, account_security_sink *sink) {
  struct place *place = ctx;
  const struct entry *entry;
  int is_put = 1;
  pthread_mutex_lock(&place->lock);
  entry = found(place, name);
  if (entry != NULL) is_put = put(sink, entry);
  pthread_mutex_unlock(&place->lock);
  return is_put ? ACCOUNT_SECURITY_STORE_SAYS_OK : ACCOUNT_SECURITY_STORE_SAYS_UNAVAILABLE;
}

static int32_t list(void *ctx, account_security_bytes from, account_security_bytes to, size_t limit,
                    account_security_sink *sink) {
  struct place *place = ctx;
  size_t at;
  int is_put = 1;
  pthread_mutex_lock(&place->lock);
  for (at = place_of(place, from); at < place->count && limit > 0 && is_put; at++, limit--) {
    if (compared(&place->entries[at], to) >= 0) break;
    is_put = put(sink, &place->entries[at]);
  }
  pthread_mutex_unlock(&place->lock);
  return is_put ? ACCOUNT_SECURITY_STORE_SAYS_OK : ACCOUNT_SECURITY_STORE_SAYS_UNAVAILABLE;
}

static int holds(const struct place *place, const account_security_entry *condition) {
  const struct entry *entry = found(place, condition->name);
  if (condition->bytes.data == NULL) return entry == NULL;
  return entry != NULL && entry->size == condition->bytes.size &&
         memcmp(entry->bytes, condition->bytes.data, entry->size) == 0;
}

static uint8_t *copied(account_security_bytes bytes) {
  uint8_t *copy = malloc(bytes.size + 1);
  if (copy == NULL) abort();
  if (bytes.size > 0) memcpy(copy, bytes.data, bytes.size);
  return copy;
}

static void drop(struct place *place, account_security_bytes name) {
  size_t at = place_of(place, name);
  if (found(place, name) == NULL) return;
  free(place->entries[at].name);
  free(place->entries[at].bytes);
  memmove(&place->entries[at], &place->entries[at + 1], (place->count - at - 1) * sizeof *place->entries);
  place->count--;
}

static void set(struct place *place, account_security_bytes name, account_security_bytes bytes) {
  size_t at;
  drop(place, name);
  if (place->count == place->room) {
    place->room = place->room * 2 + 64;
    place->entries = realloc(place->entries, place->room * sizeof *place->entries);
    if (place->entries == NULL) abort();
  }
  at = place_of(place, name);
  memmove(&place->entries[at + 1], &place->entries[at], (place->count - at) * sizeof *place->entries);
  place->entries[at].name = copied(name);
  place->entries[at].name_size = name.size;
  place->entries[at].bytes = copied(bytes);
  place->entries[at].size = bytes.size;
  place->count++;
}

static int32_t apply(void *ctx, const account_security_entry *conditions, size_t conditions_count,
                     const account_security_entry *changes, size_t changes_count, int32_t *applied) {
  struct place *place = ctx;
  size_t index;
  pthread_mutex_lock(&place->lock);
  *applied = 1;
  for (index = 0; index < conditions_count; index++)
    if (!holds(place, &conditions[index])) *applied = 0;
  for (index = 0; *applied && index < changes_count; index++) {
    if (changes[index].bytes.data == NULL)
      drop(place, changes[index].name);
    else
      set(place, changes[index].name, changes[index].bytes);
  }
  pthread_mutex_unlock(&place->lock);
  return ACCOUNT_SECURITY_STORE_SAYS_OK;
}

static void destroy(void *ctx) {
  struct place *place = ctx;
  size_t index;
  for (index = 0; index < place->count; index++) {
    free(place->entries[index].name);
    free(place->entries[index].bytes);
  }
  free(place->entries);
  pthread_mutex_destroy(&place->lock);
  free(place);
}

account_security_store place_new(void) {
  account_security_store store = ACCOUNT_SECURITY_STORE_INIT;
  struct place *place = calloc(1, sizeof *place);
  if (place == NULL || pthread_mutex_init(&place->lock, NULL) != 0) abort();
  store.ctx = place;
  store.get = get;
  store.list = list;
  store.apply = apply;
  store.destroy = destroy;
  return store;
}

void place_free(account_security_store *store) { destroy(store->ctx); }
