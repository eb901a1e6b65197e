from django.http import HttpResponse


def _v(request, *a, **k): return HttpResponse("x")
root=short=healthz=theme=robots=favicon=home=find=sealed_results=now=safe=gallery=page=bad_request=forbidden=not_found=server_error=preview=_v
