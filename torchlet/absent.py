"""The attributes that PyTorch's tensors have and these have not: to ask for one names what is here instead."""

from .missing import missing

_NAMES = """
H acosh acosh_ addbmm addbmm_ addmv addmv_ addr addr_ adjoint angle apply_ arccosh arccosh_ arcsinh arcsinh_ arctanh
arctanh_ as_strided as_strided_ as_strided_scatter asinh asinh_ atanh atanh_ baddbmm baddbmm_ bernoulli bfloat16
bitwise_left_shift bitwise_left_shift_ bitwise_right_shift bitwise_right_shift_ cauchy_ ccol_indices cdouble cfloat
chalf cholesky cholesky_inverse cholesky_solve coalesce col_indices conj conj_physical conj_physical_ const_data_ptr
copysign copysign_ corrcoef cov cross crow_indices cummax cummin dense_dim dequantize det diagflat diagonal_scatter
diff digamma digamma_ dim_order dsplit eig erfinv erfinv_ fliplr flipud float_power float_power_ fmax fmin frexp gcd
gcd_ geometric_ geqrf grad_dtype hardshrink hash_tensor histogram hsplit i0 i0_ igamma igamma_ igammac igammac_ imag
index index_reduce index_reduce_ indices int_repr inverse ipu is_coalesced is_conj is_cpu is_distributed
is_inference is_ipu is_maia is_meta is_mkldnn is_mps is_mtia is_neg is_nested is_nonzero is_pinned is_quantized
is_same_size is_set_to is_shared is_sparse is_sparse_csr is_vulkan is_xla is_xpu isneginf isposinf istft kron layout
lcm lcm_ ldexp ldexp_ lgamma lgamma_ log_normal_ logaddexp logaddexp2 logcumsumexp logdet logit logit_ lstsq lu
lu_solve mH map2_ map_ matrix_exp matrix_power mode module_load msort mtia mvlgamma mvlgamma_ name nanmean nanmedian
nanquantile narrow_copy new new_empty_strided nextafter nextafter_ nonzero_static orgqr ormqr pin_memory pinverse
polygamma polygamma_ prelu put put_ q_per_channel_axis q_per_channel_scales q_per_channel_zero_points q_scale
q_zero_point qr qscheme quantile real record_stream reinforce renorm renorm_ resize resize_as resize_as_
resize_as_sparse_ resolve_conj resolve_neg rot90 row_indices scatter_reduce scatter_reduce_ select_scatter
share_memory_ signbit sinc sinc_ slice_inverse slice_scatter slogdet smm solve sparse_dim sparse_mask sparse_resize_
sparse_resize_and_clear_ split_with_sizes sspaddmm stft storage storage_type sum_to_size svd symeig tensor_split
to_dense to_mkldnn to_padded_tensor to_sparse to_sparse_bsc to_sparse_bsr to_sparse_coo to_sparse_csc to_sparse_csr
triangular_solve unique_consecutive unsafe_chunk unsafe_split unsafe_split_with_sizes untyped_storage values vdot
volatile vsplit xpu
"""
NAMES = frozenset(_NAMES.split())


class Absent:
    """One of these names, as an attribute of the class: to ask for it, of a tensor or the class, is an AttributeError."""

    __slots__ = ("name",)

    def __init__(self, name):
        self.name = name

    def __get__(self, tensor, kind):
        raise of_tensor(kind, self.name)


def of_tensor(kind, name):
    """The AttributeError for an attribute that tensors, of the class `kind`, have not."""
    here = set(dir(kind)) - NAMES
    return missing("'Tensor' object", name, sorted(here), lambda near: getattr(kind, near))
