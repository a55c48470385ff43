from django.http import HttpRequest, HttpResponse


def _not_there(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("")


start = detail = change = route = choose_priorities = add_chapter = chapter = propose = withdraw = adopt = list_priorities = add = _not_there
